/**
 * `npm run chart`: the Helm chart of this version, into build/chart. `cdk8s synth --format helm` writes it, and this puts
 * things where Helm handles them right: definitions into crds/, which it never deletes, for users' objects would go with
 * them; no Namespace, which is Helm's to make; the image as a value; and what Helm shows to people.
 *
 *   $ROLLCALL_IMAGE: another image than this version's, as the value that the chart comes with
 */
import { cpSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parse, parseAllDocuments, stringify } from 'yaml';
import { DEFAULT_IMAGE } from '../constructs/image.ts';
import packageJson from '../package.json' with { type: 'json' };
import { createCommand, runCommandLine } from '../server/process/command-line.ts';
import { runCommand } from './run-command.ts';

const root = join(import.meta.dirname, '..');

/**
 * Writes the chart into a folder, which is emptied first. The same sources give the same bytes.
 *
 * @param image that its values name
 * @throws CommandError when the synthesis fails
 */
export async function writeChart(folder: string, image: string): Promise<void> {
  await synthesise(folder);
  const templates = join(folder, 'templates');
  const definitions = join(folder, 'crds');
  mkdirSync(definitions);
  for (const file of readdirSync(templates)) {
    const path = join(templates, file);
    if (!file.endsWith('.yaml')) rmSync(path);
    else if (kindsIn(path).every((kind) => kind === 'CustomResourceDefinition'))
      renameSync(path, join(definitions, file));
    else removeKind(path, 'Namespace');
  }
  cpSync(join(import.meta.dirname, 'chart'), folder, { recursive: true });
  writeFileSync(
    join(folder, 'values.yaml'),
    `# Image of the operator and default image of peers.\n${stringify({ image })}`,
  );
  const { name, description, version } = packageJson;
  const chart = join(folder, 'Chart.yaml');
  const written = parse(readFileSync(chart, 'utf8')) as object; // with the name of the project's folder
  writeFileSync(chart, stringify({ ...written, name, description, appVersion: version }));
}

async function synthesise(output: string): Promise<void> {
  const cdk8s = join(root, 'node_modules/cdk8s-cli/bin/cdk8s');
  const app = `"${process.execPath}" main.ts`;
  await runCommand(
    [
      ...[process.execPath, cdk8s, 'synth', '--app', app, '--output', output],
      ...['--format', 'helm', '--chart-api-version', 'v2', '--chart-version', packageJson.version],
    ],
    { cwd: root, env: { CDK8S_CHECK_UPGRADE: 'false', ROLLCALL_IMAGE: '{{ .Values.image }}' } },
  );
}

function kindsIn(path: string): string[] {
  return parseAllDocuments(readFileSync(path, 'utf8')).map((document) => document.get('kind') as string);
}

function removeKind(path: string, kind: string): void {
  const documents = readFileSync(path, 'utf8').split(/^---\n/m);
  writeFileSync(path, documents.filter((text) => parse(text).kind !== kind).join('---\n'));
}

if (import.meta.main) {
  const command = createCommand('npm run chart --')
    .description('Writes the Helm chart of this version.')
    .option('--output <dir>', 'Output folder, which is emptied first.', relative('', join(root, 'build/chart')))
    .action(async ({ output }: { readonly output: string }) => {
      await writeChart(output, process.env.ROLLCALL_IMAGE || DEFAULT_IMAGE);
      console.log(`${relative('', output)}: chart ${packageJson.name} ${packageJson.version}`);
    });
  await runCommandLine(command);
}
