import type { LeaseRecord } from './lease-record.ts';

/** As client-go's leader election has them, in milliseconds. */
export interface ElectionTimes {
  /** For how long a leader that does not renew its lease is not replaced. */
  readonly leaseMs: number;
  /** For how long a leader may go on without a renewal. Shorter than `leaseMs`, so that it stops before another begins. */
  readonly renewMs: number;
  /** Between two attempts to acquire or renew. */
  readonly retryMs: number;
}

/** What one candidate knows. Times are monotonic milliseconds of its own. */
export interface Candidate {
  readonly identity: string;
  /** When the request of its last successful renewal was sent; undefined: it does not lead. */
  readonly renewedAt: number | undefined;
  /** The Lease as it was last read, and since when it has not changed; undefined: it has never been read. */
  readonly observed: { readonly lease: LeaseRecord | undefined; readonly since: number } | undefined;
  /** When somebody else was last seen to hold it. */
  readonly othersSeenAt: number | undefined;
}

export type ElectionStep =
  | { readonly type: 'Read' }
  | { readonly type: 'Create' }
  | { readonly type: 'Acquire' | 'Renew'; readonly lease: LeaseRecord }
  | { readonly type: 'Wait'; readonly ms: number }
  | { readonly type: 'StepDown'; readonly why: string };

/**
 * What a candidate does next, right after it has read the Lease.
 *
 * *Guarantees*: if every leader stops to write `renewMs` after it sent its last successful renewal, no two ever write at once,
 * whatever their wall clocks say and however slow the API server is: expiry is measured on the candidate's own monotonic clock
 * from when it first saw the renewal. A Lease that somebody deletes or overwrites is no exception, as long as a candidate has
 * seen who held it before.
 *
 * Pure. Follows client-go's leaderelection, which trusts a deleted Lease at once.
 */
export function nextStep(candidate: Candidate, now: number, times: ElectionTimes): ElectionStep {
  const { identity, renewedAt, observed } = candidate;
  if (observed === undefined) return { type: 'Read' };
  const { lease } = observed;
  if (renewedAt !== undefined) {
    if (now - renewedAt >= times.renewMs) {
      return { type: 'StepDown', why: `the lease was not renewed within ${times.renewMs / 1_000} s` };
    }
    if (lease === undefined) return { type: 'StepDown', why: 'the lease was deleted' };
    if (lease.holder !== identity) {
      return { type: 'StepDown', why: `the lease is held by ${lease.holder || 'nobody'}` };
    }
    return { type: 'Renew', lease };
  }
  const expiry = expiresAt(candidate, times);
  if (expiry > now) return { type: 'Wait', ms: expiry - now };
  return lease === undefined ? { type: 'Create' } : { type: 'Acquire', lease };
}

/** Until when somebody else may still be leading. A lease that names this candidate, which never acquired it, is another's too. */
function expiresAt({ observed, othersSeenAt }: Candidate, { leaseMs }: ElectionTimes): number {
  const { lease, since } = observed!;
  // Released by its holder, which has stopped writing.
  if (lease?.holder === '') return Number.NEGATIVE_INFINITY;
  if (lease === undefined) return othersSeenAt === undefined ? Number.NEGATIVE_INFINITY : othersSeenAt + leaseMs;
  return since + Math.max(leaseMs, lease.durationMs);
}

/** The candidate after it has read the Lease, or written it and read the answer. */
export function observe(candidate: Candidate, lease: LeaseRecord | undefined, now: number): Candidate {
  const before = candidate.observed;
  const isSame = before !== undefined && before.lease?.resourceVersion === lease?.resourceVersion;
  const isOthers = lease !== undefined && lease.holder !== '' && lease.holder !== candidate.identity;
  return {
    ...candidate,
    observed: isSame ? before : { lease, since: now },
    othersSeenAt: isOthers && !isSame ? now : candidate.othersSeenAt,
  };
}
