import { setTimeout as sleep } from 'node:timers/promises';
import { WATCH_BACKOFF } from './backoff.ts';
import type { KubeClient, ListOptions } from './client.ts';
import { ApiStatusError, InvalidResponseError, isGone, ResponseTooLargeError } from './errors.ts';
import type { ResourceType } from './resource-type.ts';
import { type Delta, isOverdue, START, step, type WatchInput, type WatchState } from './watch-machine.ts';

/** Objects per page of a list. */
const PAGE_SIZE = 500;
/** Of a page: the objects that it holds take several times as much while they are read. One object has at most 3 MB. */
const PAGE_BYTES = 16 * 1024 * 1024;
/** A server that does not know streams may take one for a watch, and say nothing. */
const STREAM_SILENCE_MS = 30_000;

export interface WatcherOptions {
  readonly client: KubeClient;
  readonly type: ResourceType;
  readonly listOptions: ListOptions;
  readonly random: () => number;
  /** Milliseconds of a clock that nobody sets. */
  readonly now: () => number;
  /** After how many seconds the API server ends a watch. */
  readonly timeoutSeconds: number;
  /** Whether a watch may have said nothing for this many milliseconds. */
  readonly mayBeSilent: (ms: number) => boolean;
  readonly onDeltas: (changes: readonly Delta[]) => void;
  /** Called for every failure; the watcher retries by itself. */
  readonly onFailure: (error: unknown, state: WatchState) => void;
}

/** Lists and watches until `signal` ends it: does what the machine's state says and feeds it with what happened. */
export async function runWatcher(options: WatcherOptions, signal: AbortSignal): Promise<void> {
  const { client, type, listOptions: selection, random, now } = options;
  let state: WatchState = START;
  let limit = PAGE_SIZE;
  let began = 0;
  const advance = (input: WatchInput): void => {
    const next = step(state, input, WATCH_BACKOFF, random);
    state = next.state;
    if (next.changes.length > 0) options.onDeltas(next.changes);
  };

  while (!signal.aborted) {
    try {
      switch (state.phase) {
        case 'Listing': {
          const page = await client.list(type, {
            ...selection,
            ...(state.whole ? {} : { limit, ...(limit > 1 && { maxBytes: PAGE_BYTES }) }),
            ...(state.page === undefined ? {} : { continue: state.page }),
          });
          limit = Math.min(PAGE_SIZE, limit * 2);
          advance({ type: 'Page', page });
          break;
        }
        case 'Streaming':
        case 'Watching': {
          const resourceVersion = state.phase === 'Watching' ? state.resourceVersion : undefined;
          const mayBeSilent = (ms: number) =>
            state.phase === 'Streaming' ? ms < STREAM_SILENCE_MS : options.mayBeSilent(ms);
          // Spread, so that all watches of a process do not come back in the same second.
          const timeoutSeconds = Math.round(options.timeoutSeconds * (0.9 + random() / 5));
          const watch = { ...selection, resourceVersion, timeoutSeconds, mayBeSilent };
          began = now();
          for await (const events of client.watch(type, watch, signal)) {
            for (const event of events) advance({ type: 'Event', event });
            if (isOverdue(state, now() - began))
              throw new InvalidResponseError(`the stream of ${type.plural} does not say that it is complete`);
          }
          advance({ type: 'Ended' });
          break;
        }
        case 'Waiting':
          await sleep(state.delayMs, undefined, { signal });
          advance({ type: 'Waited' });
          break;
      }
    } catch (error) {
      if (signal.aborted) return;
      // Anybody may write large objects: fewer of them at once, from where we stand.
      if (error instanceof ResponseTooLargeError && limit > 1) {
        limit = Math.ceil(limit / 8);
        continue;
      }
      const rejected = state.phase === 'Streaming' && isStreamRejected(error);
      if (!rejected) options.onFailure(error, state);
      const unsupported = rejected || isOverdue(state, now() - began);
      advance({ type: 'Failed', gone: isGone(error), rejected: unsupported, ...retryAfter(error) });
    }
  }
}

/** 422 where they are turned off, or older than they are; 400 from others who answer for the API server. */
function isStreamRejected(error: unknown): boolean {
  return error instanceof ApiStatusError && (error.status === 422 || error.status === 400);
}

function retryAfter(error: unknown): { retryAfterMs?: number } {
  const ms = error instanceof ApiStatusError ? error.retryAfterMs : undefined;
  return ms === undefined ? {} : { retryAfterMs: ms };
}
