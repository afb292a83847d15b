import { globSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { runCommand } from '../../../scripts/run-command.ts';

/** As npx has it: `cdk8s synth` runs the app by the first `node` on it. */
const pathWithNode = `${dirname(process.execPath)}${delimiter}${process.env.PATH}`;

export const root = join(import.meta.dirname, '../../..');

/** An object of a manifest. */
export interface ManifestObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  // biome-ignore lint/suspicious/noExplicitAny: manifests are JSON of any kind, which the cases look into
  readonly [field: string]: any;
}

/** Runs one of our programs by the project's Node. @returns the folder that it was told to write to */
export async function runInto(argv: (folder: string) => string[], env: Record<string, string> = {}): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-synth-'));
  await runCommand([process.execPath, ...argv(folder)], {
    cwd: root,
    env: { PATH: pathWithNode, ROLLCALL_IMAGE: '', CDK8S_CHECK_UPGRADE: 'false', CDK8S_OUTDIR: folder, ...env },
  });
  return folder;
}

/** File names and texts of a folder, without its folders. */
export function texts(folder: string): Record<string, string> {
  return Object.fromEntries(
    globSync('*', { cwd: folder, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name }) => [name, readFileSync(join(folder, name), 'utf8')] as const)
      .sort(),
  );
}

/** The objects of a manifest, in its order. */
export function objectsOf(text: string): ManifestObject[] {
  return parseAllDocuments(text).map((document) => document.toJS() as ManifestObject);
}
