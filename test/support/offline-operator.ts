import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import got from 'got';
import { startTarget } from './server/targets.ts';
import { temporaryFolder, waitUntil } from './server/test-server.ts';

const MAIN = join(import.meta.dirname, '../../reconciler/main.ts');

/** An operator whose API server doesn't answer. */
export interface OfflineOperator {
  /** What it exports. */
  readonly metrics: () => Promise<string>;
  /** SIGTERM. @returns exit code and signal */
  readonly stop: () => Promise<[code: number | null, signal: NodeJS.Signals | null]>;
  readonly kill: () => void;
}

/** @param stdout a file descriptor; unset: nobody reads it */
export async function startOfflineOperator(stdout: number | 'ignore' = 'ignore'): Promise<OfflineOperator> {
  const folder = temporaryFolder();
  const kubeconfig = join(folder.path, 'kubeconfig');
  const name = 'nobody';
  const clusters = [{ name, cluster: { server: 'https://127.0.0.1:1' } }];
  const contexts = [{ name, context: { cluster: name, user: name } }];
  const users = [{ name, user: { token: name } }];
  writeFileSync(kubeconfig, JSON.stringify({ clusters, contexts, users, 'current-context': name }));
  const port = await freePort();
  const flags = ['--kubeconfig', kubeconfig, '--image', 'rollcall:test', '--admin-port', String(port)];
  const child: ChildProcess = spawn(process.execPath, [MAIN, ...flags], { stdio: ['ignore', stdout, 'ignore'] });
  const exited = once(child, 'exit').finally(() => folder.remove());
  const metrics = () => got(`http://127.0.0.1:${port}/metrics`, { retry: { limit: 0 } }).text();
  await waitUntil('the operator serves its metrics', () => metrics().then(Boolean, () => false));
  return {
    metrics,
    stop: () => {
      child.kill('SIGTERM');
      return exited as Promise<[number | null, NodeJS.Signals | null]>;
    },
    kill: () => child.kill('SIGKILL'),
  };
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const target = await startTarget('pong');
  await target.stop();
  return target.port;
}
