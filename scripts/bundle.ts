/**
 * `npm run bundle`: what goes into the image, into build/image: rollcall.mjs (the command line, which loads one of the others),
 * server.mjs, operator.mjs, verify.mjs and the licenses of the packages inside them.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { thirdPartyLicenses } from './image/licenses.ts';

const root = join(import.meta.dirname, '..');

/** Where the bundles lie; the Dockerfile copies this folder. */
export const BUNDLE_DIR = join(root, 'build/image');

/** Programs that get a bundle of their own, so that a peer never loads the operator's code. */
const PROGRAMS = { server: 'server/main.ts', operator: 'reconciler/main.ts', verify: 'cli/verify.ts' };

/** What cli/commands.ts imports of them is the bundle beside it. */
const programsApart: Plugin = {
  name: 'programs apart',
  setup({ onResolve }) {
    const bundles = new Map(Object.entries(PROGRAMS).map(([name, file]) => [join(root, file), `./${name}.mjs`]));
    onResolve({ filter: /^\.\.?\// }, ({ kind, resolveDir, path }) => {
      const bundle = kind === 'dynamic-import' ? bundles.get(join(resolveDir, path)) : undefined;
      return bundle === undefined ? undefined : { path: bundle, external: true };
    });
  },
};

/** One written file and its size in bytes. */
export interface BundledFile {
  readonly path: string;
  readonly bytes: number;
}

/**
 * Bundles the peer server, the operator and the gate, each with what it needs and nothing else. The same sources give the same
 * bytes, and a file that hasn't changed isn't touched, so that builds may run side by side.
 *
 * @throws esbuild's `BuildFailure`, which names the file and line
 */
export async function bundle(): Promise<BundledFile[]> {
  const result = await build({
    absWorkingDir: root,
    entryPoints: { rollcall: 'cli/main.ts', ...PROGRAMS },
    plugins: [programsApart],
    outdir: BUNDLE_DIR,
    outExtension: { '.js': '.mjs' },
    write: false,
    metafile: true,
    bundle: true,
    // Lines and names stay: a stack trace can be read, the line that it quotes is short, and it takes no more memory.
    minifySyntax: true,
    platform: 'node',
    format: 'esm',
    // CommonJS packages inside the bundle still ask for Node's own modules with require.
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module';\nconst require = __createRequire(import.meta.url);",
    },
    target: 'node24',
    legalComments: 'none',
    // Koa's packages bring the database of all media types three times over; our servers answer with two of them.
    alias: { 'mime-db': './scripts/image/mime-db.json' },
    logLevel: 'warning',
  });
  const files = result.outputFiles.map((file) => ({ path: file.path, contents: Buffer.from(file.contents) }));
  const licenses = thirdPartyLicenses(Object.keys(result.metafile.inputs), root);
  files.push({ path: join(BUNDLE_DIR, 'LICENSES.txt'), contents: Buffer.from(licenses) });
  mkdirSync(BUNDLE_DIR, { recursive: true });
  for (const { path, contents } of files) {
    if (existsSync(path) && readFileSync(path).equals(contents)) continue;
    // Nobody who reads it meanwhile sees half of it.
    const unfinished = `${path}.${process.pid}`;
    writeFileSync(unfinished, contents);
    renameSync(unfinished, path);
  }
  return files.map(({ path, contents }) => ({ path, bytes: contents.length }));
}

if (import.meta.main) {
  for (const file of await bundle()) {
    console.log(`${relative(root, file.path)}  ${Math.ceil(file.bytes / 1024)} KiB`);
  }
}
