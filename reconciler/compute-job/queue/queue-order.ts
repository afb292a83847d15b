/** What decides a job's place in the queue. */
export interface QueuePlace {
  readonly priority: number;
  /** Of the job, milliseconds since the epoch. */
  readonly created: number;
  /** namespace/name; the API server's times have whole seconds, so many jobs are of one age. */
  readonly key: string;
}

/** Higher priority first, then the older. A total order: for Array.prototype.sort. */
export function queueOrder(a: QueuePlace, b: QueuePlace): number {
  return b.priority - a.priority || a.created - b.created || (a.key < b.key ? -1 : a.key > b.key ? 1 : 0);
}
