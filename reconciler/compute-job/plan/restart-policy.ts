const FIRST_BACKOFF_MS = 10_000;
const MAX_BACKOFF_MS = 5 * 60_000;
/** After a gang has run this long, its loss is treated as the first one (as the kubelet does for containers). */
const STEADY_MS = 10 * 60_000;

/** Why a gang ended before the job was done. */
export type EndCause =
  /** A pod failed. */
  | 'Application'
  /** A node, an eviction, a deletion. */
  | 'Infrastructure'
  /** The API server rejected one of its pods: quota, policy, permission. */
  | 'Refusal'
  /** The spec changed or the job was suspended: the end was requested. */
  | 'Request';

export interface RestartCounts {
  /** Gangs that failed and count against backoffLimit. */
  readonly failed: number;
  /** Consecutive gangs that were lost to infrastructure. */
  readonly disruptions: number;
}

export interface RestartDecision extends RestartCounts {
  /** False: backoffLimit is exceeded, and the job fails. */
  readonly restarts: boolean;
  /** Until the gang may be restarted. */
  readonly delayMs: number;
}

/**
 * What follows the end of a gang. A failure of the application counts and backs off: 10 s, doubled each time up to 5 min. A loss
 * doesn't count, and the gang is restarted at once; consecutive losses back off as well, so that a node that evicts every pod does
 * not get a storm of them.
 */
export function decideRestart(
  cause: EndCause,
  tally: RestartCounts,
  backoffLimit: number,
  ranMs: number,
): RestartDecision {
  switch (cause) {
    case 'Application': {
      const failed = tally.failed + 1;
      return { failed, disruptions: 0, restarts: failed <= backoffLimit, delayMs: backoff(failed) };
    }
    case 'Infrastructure': {
      const disruptions = ranMs >= STEADY_MS ? 1 : tally.disruptions + 1;
      return { failed: tally.failed, disruptions, restarts: true, delayMs: backoff(disruptions - 1) };
    }
    case 'Refusal':
      return {
        failed: tally.failed,
        disruptions: tally.disruptions + 1,
        restarts: true,
        delayMs: backoff(tally.disruptions + 1),
      };
    case 'Request':
      return { failed: tally.failed, disruptions: 0, restarts: true, delayMs: 0 };
  }
}

function backoff(times: number): number {
  return times < 1 ? 0 : Math.min(FIRST_BACKOFF_MS * 2 ** (times - 1), MAX_BACKOFF_MS);
}
