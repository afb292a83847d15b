/** What one ping means for its link. `unresolved`: the name of a link that must not work didn't resolve, so nothing is proved. */
export type Outcome = 'ok' | 'failed' | 'draining' | 'unresolved';

/** Failures in a row that make a link Down. */
export const DOWN_AFTER = 3;
/** A Down link is probed at most this many times less often than an Up one … */
const MAX_BACKOFF = 4;
/** … but, where the interval allows it, at least this often, in milliseconds. */
const MAX_BACKOFF_MS = 60_000;

export interface LinkState {
  /** Unresolved exists only for links that must not work. */
  readonly status: 'Pending' | 'Up' | 'Down' | 'Unresolved';
  /** When the status began, milliseconds since the epoch. */
  readonly since: number;
  /** The last answer said that the peer is going away. */
  readonly draining: boolean;
  /** Failures in a row. */
  readonly failures: number;
  /** When the first failure of the row was seen. */
  readonly failingSince?: number;
  /** Probed every `backoff` intervals. */
  readonly backoff: number;
}

/** What is worth a log line. */
export type LinkEvent =
  | { readonly type: 'reply' | 'first-reply' | 'failure' | 'none' }
  | { readonly type: 'down'; readonly failures: number }
  | { readonly type: 'up'; readonly failures: number; readonly outageMs: number };

export function newLinkState(now: number): LinkState {
  return { status: 'Pending', since: now, draining: false, failures: 0, backoff: 1 };
}

/** The state after a ping's outcome, and what to say about it. */
export function stepLink(
  state: LinkState,
  outcome: Outcome,
  now: number,
  intervalMs: number,
): { readonly state: LinkState; readonly event: LinkEvent } {
  switch (outcome) {
    case 'ok':
      return stepOk(state, now);
    case 'draining':
      return { state: { ...state, draining: true }, event: { type: state.draining ? 'none' : 'failure' } };
    case 'unresolved':
      return stepUnresolved(state, now);
    case 'failed':
      return stepFailed(state, now, intervalMs);
  }
}

/** A config change, or a ping from the peer itself, is a reason to look again at the normal rate. */
export function resetBackoff(state: LinkState): LinkState {
  return state.backoff === 1 ? state : { ...state, backoff: 1 };
}

function stepOk(state: LinkState, now: number): { state: LinkState; event: LinkEvent } {
  const since = state.status === 'Up' ? state.since : now;
  const next: LinkState = { status: 'Up', since, draining: false, failures: 0, backoff: 1 };
  if (state.status === 'Up') return { state: next, event: { type: 'reply' } };
  if (state.status !== 'Down') return { state: next, event: { type: 'first-reply' } };
  const outageMs = now - (state.failingSince ?? state.since);
  return { state: next, event: { type: 'up', failures: state.failures, outageMs } };
}

function stepUnresolved(state: LinkState, now: number): { state: LinkState; event: LinkEvent } {
  if (state.status === 'Unresolved') return { state, event: { type: 'none' } };
  const next: LinkState = { status: 'Unresolved', since: now, draining: false, failures: 0, backoff: 1 };
  return { state: next, event: { type: 'failure' } };
}

function stepFailed(state: LinkState, now: number, intervalMs: number): { state: LinkState; event: LinkEvent } {
  const failures = state.failures + 1;
  const failing = { failures, failingSince: state.failingSince ?? now, draining: false };
  if (failures < DOWN_AFTER) return { state: { ...state, ...failing }, event: { type: 'failure' } };
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
