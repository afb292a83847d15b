import { spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import { join } from 'node:path';

const SWEEP = join(import.meta.dirname, 'sweep.ts');

/**
 * Has orphaned control planes removed when this process ends, however it ends: a shell in a session of its own waits for
 * the end of its standard input, which is ours.
 *
 * @returns takes it back
 */
export function sweepLater(): () => void {
  const script = 'cat >/dev/null; exec "$0" "$1"';
  const waiting = spawn('sh', ['-c', script, process.execPath, SWEEP], {
    detached: true, // Ctrl-C goes to the whole terminal group: it must outlast the clean-up that follows it
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  waiting.on('error', () => {}); // Without a shell the next start sweeps.
  waiting.unref();
  (waiting.stdin as unknown as Socket).unref();
  return () => {
    try {
      if (waiting.pid !== undefined && waiting.exitCode === null) process.kill(-waiting.pid, 'SIGKILL');
    } catch {
      // It has ended meanwhile.
    }
  };
}
