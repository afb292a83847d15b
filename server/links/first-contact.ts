/** How a link that has never worked is treated: its peer may still be starting. */

import type { PingResult } from '../ping/ping-result.ts';
import type { Peer } from '../protocol/config.ts';
import type { LinkState, Outcome } from './link-state.ts';

/** A peer that does not answer may be starting for this long after it was added; afterwards it fails. Milliseconds. */
const STARTING_MS = 60_000;
/** The same for a member whose name does not resolve: its pod has no address yet, it waits for a node or an image. */
const UNSCHEDULED_MS = 5 * 60_000;
/** Between two pings on a link that has never worked, in milliseconds: at first, and when it takes longer than that. */
const RETRY_MS = { starting: 2_000, failing: 5_000 };
/** All links together are retried at most so often per second. */
const MAX_RETRIES_PER_SECOND = 200;

/** The outcome of a ping, or `starting` where a failure only says that the peer may not have started yet. */
export function outcomeOfFirstContact(
  outcome: Outcome,
  result: PingResult,
  peer: Pick<Peer, 'kind'>,
  state: Pick<LinkState, 'worked'>,
  ageMs: number,
): Outcome {
  if (state.worked || result.kind !== 'failure') return outcome;
  if (outcome !== 'failed' && outcome !== 'unresolved') return outcome;
  // Whoever completes a connection has started.
  if (result.phase !== 'dns' && result.phase !== 'tcp') return outcome;
  const graceMs = result.phase === 'dns' && peer.kind === 'member' ? UNSCHEDULED_MS : STARTING_MS;
  return ageMs < graceMs ? 'starting' : outcome;
}

/**
 * When to ping again on a link that has never worked, whatever the interval.
 *
 * @param last when its last ping was due; like `now` monotonic milliseconds
 * @param links number of all links, which share a bounded rate
 */
export function retryAt(last: number, now: number, ageMs: number, links: number): number {
  const wanted = ageMs < STARTING_MS ? RETRY_MS.starting : RETRY_MS.failing;
  const everyMs = Math.max(wanted, (links / MAX_RETRIES_PER_SECOND) * 1_000);
  // A ping that took long leaves at least half a pause before the next.
  return Math.max(last + everyMs, now + everyMs / 2);
}
