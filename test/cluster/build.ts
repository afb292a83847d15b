import { existsSync } from 'node:fs';
import { mkdir, rename, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { buildKey, type GoModule, goModule } from './go-module.ts';
import { go, requireGo } from './go-toolchain.ts';
import { withLock } from './lock.ts';
import { type CachePaths, cachePaths } from './paths.ts';
import { inStep, type Progress, type Step } from './progress.ts';

/**
 * Builds one Go module into the cache, unless that very build is there: sources and flags name its folder. The folder
 * appears by a rename when it is whole, and a lock makes two processes that want it take turns.
 *
 * @returns the folder, which holds the binary (named as the module) and its links
 */
export async function ensureModule(
  name: GoModule['name'],
  progress: Progress,
  paths: CachePaths = cachePaths(),
): Promise<string> {
  const module = goModule(name);
  const folder = buildFolder(module, paths);
  if (existsSync(folder)) return folder;
  await requireGo(module);
  return inStep(progress, `Building ${module.name}`, (step) =>
    withLock(
      join(paths.builds, '.lock'),
      async () => {
        // Another process may have built it while this one waited for the lock.
        if (!existsSync(folder)) await build(module, folder, step);
        return folder;
      },
      () => step.update('waiting for another build to end'),
    ),
  );
}

/** Whether that very build is in the cache. */
export function isBuilt(module: GoModule, paths: CachePaths = cachePaths()): boolean {
  return existsSync(buildFolder(module, paths));
}

function buildFolder(module: GoModule, paths: CachePaths): string {
  return join(paths.builds, `${module.name}-${buildKey(module)}`);
}

async function build(module: GoModule, folder: string, step: Step): Promise<void> {
  const unfinished = `${folder}.new`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { recursive: true });
  const binary = join(unfinished, module.name);
  await compile(module, binary, step);
  for (const link of module.links) await symlink(module.name, join(unfinished, link));
  await rename(unfinished, folder);
}

/** Compiles and links, and keeps saying how far it is; packages that Go has in its cache are compiled by nobody. */
async function compile(module: GoModule, binary: string, step: Step): Promise<void> {
  let downloads = 0;
  const countDownloads = (line: string) => {
    if (line.startsWith('go: downloading')) step.update(`${++downloads} modules downloaded`);
  };
  const tags = ['-tags', module.tags.join()];
  const packages = await go(module, ['list', '-deps', ...tags, module.package], countDownloads);
  let compiled = 0;
  step.update(`0 of at most ${packages.length} packages compiled`);
  const flags = ['-v', '-ldflags', module.ldflags, ...tags];
  await go(module, ['build', ...flags, '-o', binary, module.package], (line) => {
    countDownloads(line);
    if (line.startsWith('go: ') || line.startsWith('#')) return;
    compiled++;
    // The main package is the last to be compiled; what remains is the link.
    const linking = line === packages.at(-1) ? ', linking' : '';
    step.update(`${compiled} of at most ${packages.length} packages compiled${linking}`);
  });
}
