/**
 * Writes imports/: typed cdk8s constructs of our kinds, made by `cdk8s import` from the CRDs in dist/.
 *
 *   node scripts/imports.ts [--output DIR]
 */
import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { createCommand, runCommandLine } from '../server/process/command-line.ts';
import { runCommand } from './run-command.ts';

const root = join(import.meta.dirname, '..');

/**
 * What `cdk8s import` writes, as TypeScript that Node runs by stripping types: imports of types say so, and an enum
 * becomes an object of its values with a type of the same name, so that `Type.RING` and `'Ring'` both fit.
 */
export function erasable(source: string): string {
  return source
    .replace(/^import \{ (.*) \} from 'cdk8s';$/m, (_, names: string) => {
      const marked = names.split(', ').map((name) => (name === 'ApiObject' ? name : `type ${name}`));
      return `import { ${marked.join(', ')} } from 'cdk8s';`;
    })
    .replace(/^import \{ Construct \} from 'constructs';$/m, "import type { Construct } from 'constructs';")
    .replace(/^export enum (\w+) \{\n(.*?)^\}\n/gms, (_, name: string, members: string) => {
      const entries = members.replace(/^( {2}\w+) = /gm, '$1: ');
      return `export const ${name} = {\n${entries}} as const;\nexport type ${name} = (typeof ${name})[keyof typeof ${name}];\n`;
    });
}

if (import.meta.main) {
  const command = createCommand('npm run imports --')
    .description('Writes typed cdk8s constructs of the CRDs in dist/.')
    .option('--output <dir>', 'folder', relative('', join(root, 'imports')))
    .action(({ output }: { readonly output: string }) => writeImports(output));
  await runCommandLine(command);
}

async function writeImports(output: string): Promise<void> {
  const [crds] = globSync('dist/*crds.k8s.yaml', { cwd: root });
  if (crds === undefined) throw new Error('dist/ holds no CRDs: run `npm run synth` first');
  const folder = resolve(output);
  mkdirSync(folder, { recursive: true });
  const cdk8s = join(root, 'node_modules/cdk8s-cli/bin/cdk8s');
  await runCommand(
    [process.execPath, cdk8s, 'import', crds, '--output', folder, '--no-save', '--language', 'typescript'],
    { cwd: root, env: { CDK8S_CHECK_UPGRADE: 'false' } },
  );
  for (const file of globSync('*.ts', { cwd: folder })) {
    const path = join(folder, file);
    writeFileSync(path, erasable(readFileSync(path, 'utf8')));
  }
}
