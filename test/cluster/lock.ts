import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ClusterError } from './errors.ts';

/** Holds a lock file until released. The kernel releases it too when this process dies, however it dies. */
export interface Lock {
  release(): Promise<void>;
}

/**
 * Takes an exclusive lock on a file through flock(1), whose lock lives as long as its process, which lives as long as
 * our end of its standard input.
 *
 * @param onWait called once when somebody else holds the lock
 */
export async function acquireLock(file: string, onWait: () => void = () => {}): Promise<Lock> {
  mkdirSync(dirname(file), { recursive: true });
  const holder = spawn('flock', ['--exclusive', file, 'sh', '-c', 'echo locked; exec cat'], {
    stdio: ['pipe', 'pipe', 'inherit'],
    detached: true, // Ctrl-C goes to the whole terminal group: the lock must outlast the clean-up that follows it
  });
  const locked = once(holder.stdout, 'data').then(() => true);
  const ended = once(holder, 'exit').then(([code]) => {
    throw new ClusterError('ERR_TOOL_MISSING', `flock could not lock ${file} (exit ${code})`);
  });
  ended.catch(() => {}); // it always ends; that is a failure only before the lock is there
  const waiting = new AbortController();
  void sleep(300, undefined, { signal: waiting.signal }).then(onWait, () => {});
  try {
    await Promise.race([locked, ended]);
  } catch (cause) {
    if (cause instanceof ClusterError) throw cause;
    throw new ClusterError('ERR_TOOL_MISSING', 'flock (package util-linux) is needed to lock files', { cause });
  } finally {
    waiting.abort();
  }
  return {
    release: async () => {
      const gone = once(holder, 'exit');
      holder.stdin.end();
      await gone;
    },
  };
}

/** Does the work while it holds the lock. */
export async function withLock<T>(file: string, work: () => Promise<T>, onWait?: () => void): Promise<T> {
  const lock = await acquireLock(file, onWait);
  try {
    return await work();
  } finally {
    await lock.release();
  }
}
