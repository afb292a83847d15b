import { type Backoff, backoffDelay } from './backoff.ts';
import type { Page } from './client.ts';
import type { KubeObject } from './object.ts';
import type { WatchEvent } from './watch-event.ts';

/** What the watcher does right now. */
export type WatchState =
  | {
      /** One watch sends everything that exists, says when that is complete, and goes on with what changes. */
      readonly phase: 'Streaming';
      /** Whether anything has been sent yet. */
      readonly begun: boolean;
      readonly failures: number;
    }
  | {
      readonly phase: 'Listing';
      /** Continue token; undefined for the first page. */
      readonly page?: string;
      /** Whether the whole list is asked for at once, because its pages expired while we read them. */
      readonly whole: boolean;
      readonly failures: number;
    }
  | {
      readonly phase: 'Watching';
      readonly resourceVersion: string;
      /** Whether this watch has shown anything yet. One that never does, counts as a failure. */
      readonly proven: boolean;
      readonly failures: number;
    }
  | {
      readonly phase: 'Waiting';
      readonly delayMs: number;
      /** Where to watch from afterwards; undefined: get everything again. */
      readonly resourceVersion?: string;
      /** Whether by a stream, not by a list in pages. */
      readonly stream: boolean;
      readonly whole: boolean;
      readonly failures: number;
    };

/** What happened to it. */
export type WatchInput =
  | { readonly type: 'Page'; readonly page: Page }
  | { readonly type: 'Event'; readonly event: WatchEvent }
  | { readonly type: 'Ended' }
  | {
      readonly type: 'Failed';
      readonly gone: boolean;
      /** Whether the server does not support the request. */
      readonly rejected?: boolean;
      readonly retryAfterMs?: number;
    }
  | { readonly type: 'Waited' };

/** A change for the cache. Between ReplaceStarted and ReplaceEnded come all objects that exist. */
export type Delta =
  | { readonly type: 'ReplaceStarted' }
  | { readonly type: 'Upsert'; readonly object: KubeObject }
  | { readonly type: 'Delete'; readonly object: KubeObject }
  | { readonly type: 'ReplaceEnded'; readonly resourceVersion: string };

export interface Step {
  readonly state: WatchState;
  readonly changes: readonly Delta[];
}

export const START: WatchState = { phase: 'Streaming', begun: false, failures: 0 };

/** On the bookmark after everything that existed when a stream began (KEP-3157). */
const INITIAL_EVENTS_END = 'k8s.io/initial-events-end';

/** What exists is sent within seconds; a list in pages is no worse for what takes this long. */
const STREAM_MS = 60_000;

/**
 * Whether a stream goes on without saying that what exists is complete, as from a server that knows watches and no streams.
 *
 * @param elapsedMs since it was asked for
 */
export function isOverdue({ phase }: WatchState, elapsedMs: number): boolean {
  return phase === 'Streaming' && elapsedMs > STREAM_MS;
}

/**
 * One step of list and watch.
 *
 * Guarantees: a resource version that the server called gone is never used again; every failure waits longer than the one
 * before, until a watch has shown an event or a bookmark; so no answer of the server, whatever it is, makes a hot loop.
 *
 * Everything that exists is asked for by a stream first, of which neither side holds more than an object at a time. After a stream
 * that the server rejects (it does not support them, or they are disabled), or that fails in any way, comes a list in pages.
 *
 * Assumes that inputs belong to the state (a Page only while Listing, an Event only while Streaming or Watching).
 *
 * Caveat: a page that fails restarts the list; objects upserted by then stay, and the replacement ends with the list that
 * succeeds.
 */
export function step(state: WatchState, input: WatchInput, backoff: Backoff, random: () => number): Step {
  switch (input.type) {
    case 'Page':
      return onPage(state, input.page);
    case 'Event':
      return onEvent(state, input.event);
    case 'Ended':
      return onEnded(state, backoff, random);
    case 'Failed':
      return onFailed(state, input, backoff, random);
    case 'Waited':
      return { state: afterWaiting(state), changes: [] };
  }
}

function onPage(state: WatchState, page: Page): Step {
  const first = state.phase === 'Listing' && state.page === undefined;
  const changes: Delta[] = first ? [{ type: 'ReplaceStarted' }] : [];
  for (const object of page.items) changes.push({ type: 'Upsert', object });
  if (page.next !== undefined) {
    return { state: { phase: 'Listing', page: page.next, whole: false, failures: state.failures }, changes };
  }
  changes.push({ type: 'ReplaceEnded', resourceVersion: page.resourceVersion });
  return { state: watching(page.resourceVersion, state.failures), changes };
}

function onEvent(state: WatchState, event: WatchEvent): Step {
  return state.phase === 'Streaming' ? onStreamed(state, event) : onWatched(state, event);
}

function onStreamed(state: Extract<WatchState, { phase: 'Streaming' }>, { type, object }: WatchEvent): Step {
  const changes: Delta[] = state.begun ? [] : [{ type: 'ReplaceStarted' }];
  const { annotations, resourceVersion } = object.metadata;
  if (type !== 'BOOKMARK') changes.push({ type: type === 'DELETED' ? 'Delete' : 'Upsert', object });
  else if (annotations?.[INITIAL_EVENTS_END] === 'true' && resourceVersion !== undefined) {
    changes.push({ type: 'ReplaceEnded', resourceVersion });
    return { state: watching(resourceVersion, state.failures), changes };
  }
  return { state: { ...state, begun: true }, changes };
}

function onWatched(state: WatchState, { type, object }: WatchEvent): Step {
  const next: WatchState = {
    phase: 'Watching',
    resourceVersion: object.metadata.resourceVersion ?? (state.phase === 'Watching' ? state.resourceVersion : '0'),
    proven: true,
    failures: 0,
  };
  switch (type) {
    case 'ADDED':
    case 'MODIFIED':
      return { state: next, changes: [{ type: 'Upsert', object }] };
    case 'DELETED':
      return { state: next, changes: [{ type: 'Delete', object }] };
    case 'BOOKMARK':
      return { state: next, changes: [] };
  }
}

/** The server closed the watch in good order: go on from where it stood, at once if it had lived. */
function onEnded(state: WatchState, backoff: Backoff, random: () => number): Step {
  if (state.phase === 'Watching' && state.proven) {
    return { state: watching(state.resourceVersion, 0), changes: [] };
  }
  return onFailed(state, { type: 'Failed', gone: false }, backoff, random);
}

function onFailed(
  state: WatchState,
  failure: Extract<WatchInput, { type: 'Failed' }>,
  backoff: Backoff,
  random: () => number,
): Step {
  if (state.phase === 'Streaming' && failure.rejected) {
    return { state: { phase: 'Listing', whole: false, failures: state.failures }, changes: [] };
  }
  const delayMs = Math.max(backoffDelay(backoff, state.failures, random), failure.retryAfterMs ?? 0);
  const resourceVersion = state.phase === 'Watching' && !failure.gone ? state.resourceVersion : undefined;
  return {
    state: {
      phase: 'Waiting',
      delayMs,
      ...(resourceVersion === undefined ? {} : { resourceVersion }),
      stream: state.phase === 'Watching',
      whole: state.phase === 'Listing' && (state.whole || (failure.gone && state.page !== undefined)),
      failures: state.failures + 1,
    },
    changes: [],
  };
}

function afterWaiting(state: WatchState): WatchState {
  if (state.phase !== 'Waiting') return state;
  if (state.resourceVersion !== undefined) return watching(state.resourceVersion, state.failures);
  if (state.stream) return { phase: 'Streaming', begun: false, failures: state.failures };
  return { phase: 'Listing', whole: state.whole, failures: state.failures };
}

function watching(resourceVersion: string, failures: number): WatchState {
  return { phase: 'Watching', resourceVersion, proven: false, failures };
}
