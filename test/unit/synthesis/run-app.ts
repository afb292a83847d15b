import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { runCommand } from '../../../scripts/run-command.ts';

/** As npx has it: `cdk8s synth` runs the app by the first `node` on it. */
const pathWithNode = `${dirname(process.execPath)}${delimiter}${process.env.PATH}`;

export const root = join(import.meta.dirname, '../../..');

/** Runs one of our programs by the project's Node. @returns the folder that it was told to write to */
export async function runInto(argv: (folder: string) => string[], env: Record<string, string> = {}): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-synth-'));
  await runCommand([process.execPath, ...argv(folder)], {
    cwd: root,
    env: { PATH: pathWithNode, ROLLCALL_IMAGE: '', CDK8S_CHECK_UPGRADE: 'false', CDK8S_OUTDIR: folder, ...env },
  });
  return folder;
}
