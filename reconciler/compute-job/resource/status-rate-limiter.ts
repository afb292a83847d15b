import type { ComputeJobStatus } from '../../../constructs/crds/compute-job.ts';
import { deepEqual } from '../../kube/deep-equal.ts';
import { isFinished } from './job-status.ts';

/** Positions in the queue are written at most this often: each job that leaves the queue changes all positions behind it. */
const MESSAGE_INTERVAL_MS = 5_000;
/** Or this long for each waiting job, if that is longer: at most 20 such writes per second for all jobs together. */
const MESSAGE_SHARE_MS = 50;
/** From this position on it is written less often. */
const FAR_BEHIND = 10;
const FAR_BEHIND_INTERVAL_MS = 30_000;
/** The pods of a gang start and end one after the other. */
const PROGRESS_DELAY_MS = 300;

/**
 * How long a changed status has to wait, in milliseconds, depending on what changed.
 *
 * @param waiting number of jobs in the queue
 */
export function statusIntervalMs(before: ComputeJobStatus, after: ComputeJobStatus, waiting: number): number {
  const [wordlessBefore, wordlessAfter] = [withoutMessages(before), withoutMessages(after)];
  if (deepEqual(wordlessBefore, wordlessAfter)) {
    const isFarBehind = Math.min(before.position ?? 0, after.position ?? 0) > FAR_BEHIND;
    return Math.max(isFarBehind ? FAR_BEHIND_INTERVAL_MS : MESSAGE_INTERVAL_MS, MESSAGE_SHARE_MS * waiting);
  }
  return deepEqual(withoutProgress(wordlessBefore), withoutProgress(wordlessAfter)) ? PROGRESS_DELAY_MS : 0;
}

/**
 * Statuses of finished jobs change only when a newer version of the operator adds to them: one write per this many milliseconds,
 * 20 a second, however many jobs there are.
 */
const FINISHED_INTERVAL_MS = 50;

/** The status without its messages and the position in the queue. */
function withoutMessages({ conditions = [], position: _, ...status }: ComputeJobStatus) {
  return { ...status, message: '', conditions: conditions.map((condition) => ({ ...condition, message: '' })) };
}

/** The status without the progress of its gang. */
function withoutProgress(status: ComputeJobStatus): ComputeJobStatus {
  return { ...status, summary: '', activeNodes: [], completedIndexes: '', succeeded: 0 };
}

/** Limits how often the status of each job is written. */
export class StatusRateLimiter {
  /** When it was last written. */
  readonly #written = new Map<string, number>();
  /** Since when there has been something to write. */
  readonly #noticed = new Map<string, number>();
  /** When the status of a finished job may be written. */
  readonly #slots = new Map<string, number>();
  #nextSlot = 0;
  readonly #now: () => number;
  readonly #waiting: () => number;

  /**
   * @param now monotonic milliseconds
   * @param waiting number of jobs in the queue
   */
  constructor(now: () => number, waiting: () => number) {
    this.#now = now;
    this.#waiting = waiting;
  }

  /** Milliseconds until a changed status may be written; 0 or less: now. */
  waitMs(key: string, before: ComputeJobStatus, after: ComputeJobStatus): number {
    const now = this.#now();
    if (isFinished(before) && isFinished(after)) return this.#slot(key) - now;
    const interval = statusIntervalMs(before, after, this.#waiting());
    // Progress is batched from the first change on; messages only keep an interval between writes.
    const noticed = this.#noticed.get(key) ?? now;
    this.#noticed.set(key, noticed);
    const since = interval === PROGRESS_DELAY_MS ? noticed : (this.#written.get(key) ?? Number.NEGATIVE_INFINITY);
    return since + interval - now;
  }

  wrote(key: string): void {
    this.#written.set(key, this.#now());
    this.#noticed.delete(key);
    this.#slots.delete(key);
  }

  forget(key: string): void {
    this.#written.delete(key);
    this.#noticed.delete(key);
    this.#slots.delete(key);
  }

  #slot(key: string): number {
    const known = this.#slots.get(key);
    if (known !== undefined) return known;
    const slot = Math.max(this.#now(), this.#nextSlot);
    this.#nextSlot = slot + FINISHED_INTERVAL_MS;
    this.#slots.set(key, slot);
    return slot;
  }
}
