import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

const bin = join(import.meta.dirname, '../../cli/rollcall.js');

/** How a run of `rollcall verify` ended. */
export interface VerifyResult {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `rollcall verify`, as a user's shell does. */
export async function runVerify(kubeconfig: string, args: readonly string[]): Promise<VerifyResult> {
  const child = spawn(process.execPath, [bin, 'verify', '--kubeconfig', kubeconfig, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [stdout, stderr, [status]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  return { status, stdout, stderr };
}
