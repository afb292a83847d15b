import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Names one process for good: pids are used again, a pid together with its start time (clock ticks since boot, field 22
 * of /proc/PID/stat, see proc(5)) is not.
 */
export interface ProcessIdentity {
  readonly pid: number;
  readonly startTime: string;
}

/** Reads state and start time out of /proc/PID/stat; the command's name in it may hold spaces and parentheses. */
export function parseStat(text: string): { readonly state: string; readonly startTime: string } {
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return { state: fields[0]!, startTime: fields[19]! };
}

/** Who has this pid now; undefined for nobody or for a zombie, which only waits to be counted by its parent. */
export function identify(pid: number): ProcessIdentity | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return undefined;
  }
  const { state, startTime } = parseStat(stat);
  return state === 'Z' || state === 'X' ? undefined : { pid, startTime };
}

/** Whether that very process still runs. */
export function isAlive(process: ProcessIdentity): boolean {
  return identify(process.pid)?.startTime === process.startTime;
}

/**
 * Ends that very process and nobody else: the signal first, SIGKILL when it is still there after the grace period.
 *
 * Caveat: between the check and the signal the kernel could in theory give the pid to a stranger; the pid space makes
 * that a matter of wrapping around within microseconds.
 */
export async function stopProcess(
  target: ProcessIdentity,
  { signal = 'SIGTERM', graceMs = 15_000 }: { signal?: NodeJS.Signals; graceMs?: number } = {},
): Promise<void> {
  for (const next of [signal, 'SIGKILL'] as const) {
    if (!isAlive(target)) return;
    process.kill(target.pid, next);
    const deadline = performance.now() + graceMs;
    while (isAlive(target) && performance.now() < deadline) await sleep(20);
  }
}
