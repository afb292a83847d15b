import { readFileSync, readlinkSync } from 'node:fs';
import { dirname } from 'node:path';
import { Daemon } from '../cluster/daemon.ts';
import type { ControlPlane } from '../cluster/index.ts';

/**
 * Kills a program of a control plane and starts it again as it was, after a pause.
 *
 * @param name such as `etcd` or `kube-apiserver`
 */
export async function restartDaemon(
  { auditLog }: ControlPlane,
  name: string,
  pause: () => Promise<unknown>,
): Promise<void> {
  const daemon = new Daemon(dirname(auditLog), name);
  const pid = daemon.process?.pid;
  if (pid === undefined) throw new Error(`${name} is not running`);
  const [command = '', ...args] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1);
  const program = command.startsWith('/') ? command : readlinkSync(`/proc/${pid}/exe`);
  await daemon.stop('SIGKILL');
  await pause();
  await daemon.start(program, args);
}
