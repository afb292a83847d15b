import { ApiStatusError, InvalidResponseError, type Status } from './errors.ts';
import type { KubeObject } from './object.ts';
import { isObject, isRecord } from './verify-object.ts';

/** One event of a watch. An ERROR event is thrown instead. */
export interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK';
  readonly object: KubeObject;
}

const EVENT_TYPES: ReadonlySet<unknown> = new Set(['ADDED', 'MODIFIED', 'DELETED', 'BOOKMARK']);

/** @throws ApiStatusError for an ERROR event, InvalidResponseError for what is no event */
export function parseWatchEvent(line: string): WatchEvent {
  let event: { type?: string; object?: unknown };
  try {
    event = JSON.parse(line);
  } catch (cause) {
    throw new InvalidResponseError(`a watch event is not JSON: ${line.slice(0, 100)}`, { cause });
  }
  if (event.type === 'ERROR') {
    const status = event.object as Status;
    throw new ApiStatusError(status?.code ?? 500, status ?? {});
  }
  // A bookmark is an object with nothing but a resource version.
  const isKnown =
    event.type === 'BOOKMARK' ? isRecord(event.object) && 'metadata' in event.object : isObject(event.object);
  if (!isKnown || !EVENT_TYPES.has(event.type)) {
    throw new InvalidResponseError(`unexpected watch event: ${line.slice(0, 100)}`);
  }
  return event as WatchEvent;
}
