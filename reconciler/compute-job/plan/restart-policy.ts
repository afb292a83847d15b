const FIRST_BACKOFF_MS = 10_000;
const MAX_BACKOFF_MS = 5 * 60_000;
/** A gang that ran for so long before it was lost starts anew as if it were the first (the kubelet's rule for containers). */
const STEADY_MS = 10 * 60_000;

/** Why a gang ended before it was done. */
export type EndCause =
  /** A pod failed. */
  | 'Application'
  /** A node, an eviction, a deletion. */
  | 'Infrastructure'
  /** The API server refused one of its pods: quota, policy, permission. */
  | 'Refusal'
  /** Its spec changed, it was suspended: it was meant to end. */
  | 'Request';

export interface RestartCounts {
  /** Gangs that counted against backoffLimit. */
  readonly failed: number;
  /** Gangs lost in a row to infrastructure. */
  readonly disruptions: number;
}

export interface RestartDecision extends RestartCounts {
  /** False: the limit is passed, the job has failed. */
  readonly restarts: boolean;
  /** Before the gang may be started again. */
  readonly delayMs: number;
}

/**
 * What follows the end of a gang. An application's failure counts and backs off from 10 s, doubled each time, to 5 min.
 * A loss is not counted and starts again at once; only when losses follow each other closely do they back off as well,
 * so that a node that evicts everything gets no storm of pods.
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
