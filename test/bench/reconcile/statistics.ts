import { readFileSync } from 'node:fs';

/** The value below which this share of the values lies. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** Upper bound, in seconds, of the bucket of a Prometheus histogram that this share of the observations lies in. */
export function histogramQuantile(exposition: string, name: string, share: number): number {
  const buckets = [...exposition.matchAll(new RegExp(`^${name}_bucket\\{le="([^"]+)".*\\} (\\d+)$`, 'gm'))].map(
    ([, bound, count]) => ({
      bound: bound === '+Inf' ? Number.POSITIVE_INFINITY : Number(bound),
      count: Number(count),
    }),
  );
  const total = buckets.at(-1)?.count ?? 0;
  return buckets.find(({ count }) => count >= total * share)?.bound ?? Number.NaN;
}

/** Largest resident set of a process so far, in bytes (Linux). */
export function peakRss(pid: number): number {
  return procStatus(pid, 'VmHWM');
}

/** Resident set of a process now, in bytes (Linux). */
export function rss(pid: number): number {
  return procStatus(pid, 'VmRSS');
}

/** CPU time of a process so far, in seconds (Linux, 100 ticks a second). */
export function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

function procStatus(pid: number, field: string): number {
  const match = new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(match?.[1]) * 1024;
}
