import type { Connectivity } from '../../../constructs/crds/peer-group/connectivity.ts';
import { deepEqual } from '../../kube/deep-equal.ts';
import type { LinksResult } from './evaluate-links.ts';
import { formatLatency, type GroupLatency, hasLossMoved, hasMoved } from './latency.ts';
import { iso, type OutageResult } from './outages.ts';

/** Number of failing links in a status. */
const MAX_FAILING = 10;
/** Latencies alone are written at most this often, in milliseconds. */
const LATENCY_PERIOD_MS = 60_000;

export interface ConnectivityStatusInput {
  /** The current status. */
  readonly before: Connectivity | undefined;
  readonly result: LinksResult;
  readonly latency: GroupLatency;
  readonly outages: OutageResult['outages'];
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/**
 * The part of the status about links. It changes immediately with links, up, down, failing or outages; latencies change only with
 * these, or when they have halved or doubled, at most once a minute. So jitter alone does not cause writes.
 */
export function connectivityStatus({ before, result, latency, outages, now }: ConnectivityStatusInput): Connectivity {
  const { links, up, failing } = result;
  const facts = {
    summary: `${up}/${links}`,
    links,
    up,
    down: failing.length,
    failing: failing.slice(0, MAX_FAILING).map((link) => ({ ...link, since: iso(link.since) })),
    outages: [...outages],
  };
  const { p50, p99 } = latency;
  const moved =
    hasMoved(p50, before?.p50) ||
    hasMoved(p99, before?.p99) ||
    hasMoved(latency.worst?.p99, before?.worst?.p99) ||
    hasLossMoved(latency.worst?.lossPercent, before?.worst?.lossPercent);
  const since = now - Date.parse(before?.lastReport ?? iso(0));
  if (before !== undefined && isSame(facts, before) && !(moved && since >= LATENCY_PERIOD_MS)) return before;
  return {
    ...facts,
    ...(p50 !== undefined && { p50: formatLatency(p50) }),
    ...(p99 !== undefined && { p99: formatLatency(p99) }),
    ...(latency.worst && { worst: { ...latency.worst, p99: formatLatency(latency.worst.p99) } }),
    lastReport: iso(now).replace(/\.\d+Z$/, 'Z'),
  };
}

function isSame(facts: Partial<Connectivity>, before: Connectivity): boolean {
  return Object.entries(facts).every(([key, value]) => {
    const known = before[key as keyof Connectivity];
    return deepEqual(value, known) || (Array.isArray(value) && value.length === 0 && known === undefined);
  });
}
