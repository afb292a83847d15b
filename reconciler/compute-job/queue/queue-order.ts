import { splitKey } from '../../kube/object.ts';

/** What decides a job's place in the queue. */
export interface QueuePlace {
  readonly priority: number;
  /** When the job was created, in milliseconds since the epoch. */
  readonly created: number;
  /** The job's namespace/name. Creation times have whole seconds, so many jobs have the same one. */
  readonly key: string;
}

/** Higher priority first, then the older job. A total order, for Array.prototype.sort. */
export function queueOrder(a: QueuePlace, b: QueuePlace): number {
  return b.priority - a.priority || a.created - b.created || (a.key < b.key ? -1 : a.key > b.key ? 1 : 0);
}

/** Namespace of the job with this key. */
export function namespaceOf(key: string): string {
  return splitKey(key).namespace ?? '';
}
