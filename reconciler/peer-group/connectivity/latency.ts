import { LATENCY_BOUNDS_MS, quantile } from '../../../server/latency-histogram.ts';
import type { Brief } from './brief.ts';

/** Latencies of a whole group over the last five minutes, in milliseconds. */
export interface GroupLatency {
  readonly p50?: number;
  readonly p99?: number;
  readonly worst?: { readonly from: string; readonly to: string; readonly p99: number };
}

/** Merges the histograms of all reports, which have the same buckets. */
export function groupLatency(briefs: Iterable<readonly [name: string, brief: Brief]>): GroupLatency {
  const counts: number[] = new Array(LATENCY_BOUNDS_MS.length + 1).fill(0);
  let worst: GroupLatency['worst'];
  for (const [from, brief] of briefs) {
    for (const [bucket, count] of brief.latency) if (bucket in counts) counts[bucket]! += count;
    const candidate = brief.worst;
    if (candidate !== undefined && candidate.p99 > (worst?.p99 ?? -1))
      worst = { from, to: candidate.peer, p99: candidate.p99 };
  }
  const p50 = quantile(counts, 0.5);
  const p99 = quantile(counts, 0.99);
  return {
    ...(p50 !== undefined && { p50 }),
    ...(p99 !== undefined && { p99 }),
    ...(worst && { worst }),
  };
}

/** Milliseconds rounded to two digits, as a duration: `0.43ms`, `1.9ms`, `120ms`. */
export function formatLatency(ms: number): string {
  return `${Number(ms.toPrecision(2))}ms`;
}

/** The inverse of {@link formatLatency}; NaN for anything else. */
export function parseLatency(text: string): number {
  return text.endsWith('ms') ? Number(text.slice(0, -2)) : Number.NaN;
}

/** Whether a latency has become so different from the one written that it is worth a write: less than half, more than twice. */
export function hasMoved(ms: number | undefined, written: string | undefined): boolean {
  if (ms === undefined || written === undefined) return (ms === undefined) !== (written === undefined);
  const before = parseLatency(written);
  return !(ms >= before / 2 && ms <= before * 2);
}
