import { LATENCY_BOUNDS_MS, quantile } from '../../../server/protocol/latency-buckets.ts';
import type { SummaryReport } from '../../../server/protocol/summary-report.ts';

/** Latencies of a whole group over the last five minutes, in milliseconds. */
export interface GroupLatency {
  readonly p50?: number;
  readonly p99?: number;
  /** The link with the highest packet loss; ties are broken by p99. */
  readonly worst?: {
    readonly from: string;
    readonly to: string;
    readonly p99: number;
    /** Undefined: its peer does not report it. */
    readonly lossPercent?: number;
  };
}

/** Merges the histograms of all reports, which have the same buckets. */
export function groupLatency(briefs: Iterable<readonly [name: string, summary: SummaryReport]>): GroupLatency {
  const counts: number[] = new Array(LATENCY_BOUNDS_MS.length + 1).fill(0);
  let worst: GroupLatency['worst'];
  for (const [from, summary] of briefs) {
    for (const [bucket, count] of summary.latency) if (bucket in counts) counts[bucket]! += count;
    const candidate = summary.worst;
    if (candidate === undefined || (worst !== undefined && !isWorse(candidate, worst))) continue;
    const { peer, p99, lossPercent } = candidate;
    worst = { from, to: peer, p99, ...(lossPercent !== undefined && { lossPercent: Math.round(lossPercent) }) };
  }
  const p50 = quantile(counts, 0.5);
  const p99 = quantile(counts, 0.99);
  return {
    ...(p50 !== undefined && { p50 }),
    ...(p99 !== undefined && { p99 }),
    ...(worst && { worst }),
  };
}

type Badness = Pick<NonNullable<SummaryReport['worst']>, 'p99' | 'lossPercent'>;

function isWorse(a: Badness, b: Badness): boolean {
  const [lossOfA, lossOfB] = [Math.round(a.lossPercent ?? 0), b.lossPercent ?? 0];
  return lossOfA === lossOfB ? a.p99 > b.p99 : lossOfA > lossOfB;
}

/** Smaller losses do not cause a write; percent. */
const LEAST_LOSS = 5;

/** Whether a loss has halved or doubled since it was written, in percent; less than five percent counts as five. */
export function hasLossMoved(percent = 0, written = 0): boolean {
  const ratio = Math.max(percent, LEAST_LOSS) / Math.max(written, LEAST_LOSS);
  return ratio < 0.5 || ratio > 2;
}

/** Milliseconds rounded to two digits, as a duration: `0.43ms`, `1.9ms`, `120ms`. */
export function formatLatency(ms: number): string {
  return `${Number(ms.toPrecision(2))}ms`;
}

/** The inverse of {@link formatLatency}; NaN for anything else. */
export function parseLatency(text: string): number {
  return text.endsWith('ms') ? Number(text.slice(0, -2)) : Number.NaN;
}

/** Whether a latency has halved or doubled since it was written. */
export function hasMoved(ms: number | undefined, written: string | undefined): boolean {
  if (ms === undefined || written === undefined) return (ms === undefined) !== (written === undefined);
  const before = parseLatency(written);
  return !(ms >= before / 2 && ms <= before * 2);
}
