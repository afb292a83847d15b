/**
 * What one ping means for its link. `unresolved`: the name of a link that must not work didn't resolve, so nothing is proved.
 * `starting`: the link has never worked, and its peer may not have started yet. `unknown`: the prober could not ask, so nothing is
 * known about the peer.
 */
export type Outcome = 'ok' | 'failed' | 'draining' | 'unresolved' | 'starting' | 'unknown';

/** Failures in a row that make a link Down. */
export const DOWN_AFTER = 3;
/** A Down link is probed at most this many times less often than an Up one … */
const MAX_BACKOFF = 4;
/** … but, where the interval allows it, at least this often, in milliseconds. */
const MAX_BACKOFF_MS = 60_000;

export interface LinkState {
  /** Unresolved exists only for links that must not work. Unknown: the prober could not ask. */
  readonly status: 'Pending' | 'Up' | 'Down' | 'Unresolved' | 'Unknown';
  /** When the status began, monotonic milliseconds. */
  readonly since: number;
  /** The last answer said that the peer is going away. */
  readonly draining: boolean;
  /** Failures in a row. */
  readonly failures: number;
  /** Pings in a row that could not be sent. */
  readonly notAsked: number;
  /** When the first failure of the row was seen. */
  readonly failingSince?: number;
  /** Probed every `backoff` intervals. */
  readonly backoff: number;
  /** Whether it has ever been as it should be. */
  readonly worked: boolean;
  /** Too many of its pings were lost, though never three in a row at the end. */
  readonly lossy: boolean;
  /** It has been said that the peer may not have started yet. */
  readonly waiting: boolean;
}

/** What is worth a log line. */
export type LinkEvent =
  | { readonly type: 'reply' | 'first-reply' | 'failure' | 'waiting' | 'lossy' | 'unknown' | 'none' }
  | { readonly type: 'down'; readonly failures: number }
  | { readonly type: 'up'; readonly failures: number; readonly outageMs: number };

export function newLinkState(now: number): LinkState {
  const flags = { draining: false, worked: false, lossy: false, waiting: false };
  return { status: 'Pending', since: now, failures: 0, notAsked: 0, backoff: 1, ...flags };
}

/**
 * The state after a ping's outcome, and what to say about it.
 *
 * @param lossy whether the link, this ping included, loses too much to count as Up
 */
export function stepLink(
  state: LinkState,
  outcome: Outcome,
  now: number,
  intervalMs: number,
  lossy = false,
): { readonly state: LinkState; readonly event: LinkEvent } {
  switch (outcome) {
    case 'ok':
      return stepOk(state, now, lossy);
    case 'draining':
      return { state: { ...state, notAsked: 0, draining: true }, event: { type: state.draining ? 'none' : 'failure' } };
    case 'unresolved':
      return stepUnresolved(state, now);
    case 'failed':
      return stepFailed(state, now, intervalMs, lossy);
    case 'starting':
      return { state: { ...state, notAsked: 0, waiting: true }, event: { type: state.waiting ? 'none' : 'waiting' } };
    case 'unknown':
      return stepUnknown(state, now);
  }
}

/** A config change, or a ping from the peer itself, is a reason to look again at the normal rate. */
export function resetBackoff(state: LinkState): LinkState {
  return state.backoff === 1 ? state : { ...state, backoff: 1 };
}

function stepOk(state: LinkState, now: number, lossy: boolean): { state: LinkState; event: LinkEvent } {
  const status = lossy ? 'Down' : 'Up';
  const since = state.status === status ? state.since : now;
  const fine = { draining: false, failures: 0, notAsked: 0, backoff: 1, worked: true, lossy, waiting: false };
  if (lossy) {
    const next: LinkState = { status, since, ...fine, failingSince: state.failingSince ?? now };
    return { state: next, event: { type: state.lossy ? 'reply' : 'lossy' } };
  }
  const next: LinkState = { status, since, ...fine };
  if (state.status === 'Up') return { state: next, event: { type: 'reply' } };
  const fellFromDown = state.status === 'Unknown' && (state.failures >= DOWN_AFTER || state.lossy);
  if (state.status !== 'Down' && !fellFromDown) return { state: next, event: { type: 'first-reply' } };
  const outageMs = now - (state.failingSince ?? state.since);
  return { state: next, event: { type: 'up', failures: state.failures, outageMs } };
}

function stepUnresolved(state: LinkState, now: number): { state: LinkState; event: LinkEvent } {
  if (state.status === 'Unresolved') return { state, event: { type: 'none' } };
  const { worked, waiting } = state;
  const flags = { draining: false, worked, lossy: false, waiting };
  const next: LinkState = { status: 'Unresolved', since: now, failures: 0, notAsked: 0, backoff: 1, ...flags };
  return { state: next, event: { type: 'failure' } };
}

/** What was known stays so for as long as it takes to call a link Down; then nothing is known any more. Failures stay counted. */
function stepUnknown(state: LinkState, now: number): { state: LinkState; event: LinkEvent } {
  const notAsked = state.notAsked + 1;
  if (state.status === 'Unknown' || notAsked < DOWN_AFTER) {
    return { state: { ...state, notAsked }, event: { type: 'none' } };
  }
  return { state: { ...state, notAsked, status: 'Unknown', since: now, backoff: 1 }, event: { type: 'unknown' } };
}

function stepFailed(
  state: LinkState,
  now: number,
  intervalMs: number,
  lossy: boolean,
): { state: LinkState; event: LinkEvent } {
  const failures = state.failures + 1;
  const failing = { failures, failingSince: state.failingSince ?? now, notAsked: 0, draining: false, lossy };
  if (failures < DOWN_AFTER) {
    if (lossy && state.status !== 'Down')
      return { state: { ...state, ...failing, status: 'Down', since: now }, event: { type: 'lossy' } };
    return { state: { ...state, ...failing }, event: { type: 'failure' } };
  }
  if (state.status === 'Down') {
    const event: LinkEvent = { type: isPowerOfTwo(failures) ? 'failure' : 'none' };
    return { state: { ...state, ...failing, backoff: nextBackoff(state.backoff, intervalMs) }, event };
  }
  const backoff = nextBackoff(1, intervalMs);
  return { state: { ...state, ...failing, status: 'Down', since: now, backoff }, event: { type: 'down', failures } };
}

function nextBackoff(backoff: number, intervalMs: number): number {
  return Math.max(1, Math.min(backoff * 2, MAX_BACKOFF, Math.floor(MAX_BACKOFF_MS / intervalMs)));
}

function isPowerOfTwo(n: number): boolean {
  return (n & (n - 1)) === 0;
}
