import { readFileSync } from 'node:fs';

export interface Throttling {
  readonly periods: number;
  readonly seconds: number;
}

/** Where a container sees its own CPU controller: cgroup v2, and v1 under its two usual names. */
const FILES = ['/sys/fs/cgroup/cpu.stat', '/sys/fs/cgroup/cpu/cpu.stat', '/sys/fs/cgroup/cpu,cpuacct/cpu.stat'];

/** How often and how long the kernel held this container back for having used up its CPU quota; undefined outside of one. */
export function readThrottling(files: readonly string[] = FILES): Throttling | undefined {
  for (const file of files) {
    const throttling = parseCpuStat(tryRead(file));
    if (throttling) return throttling;
  }
  return undefined;
}

/** Reads cpu.stat of cgroup v2 (`throttled_usec`) or v1 (`throttled_time`, nanoseconds). */
export function parseCpuStat(text: string): Throttling | undefined {
  const values = new Map(text.split('\n').map((line) => line.split(' ') as [string, string]));
  const periods = values.get('nr_throttled');
  const microseconds = values.get('throttled_usec');
  const nanoseconds = values.get('throttled_time');
  if (periods === undefined) return undefined;
  return { periods: Number(periods), seconds: Number(microseconds ?? 0) / 1e6 + Number(nanoseconds ?? 0) / 1e9 };
}

function tryRead(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
