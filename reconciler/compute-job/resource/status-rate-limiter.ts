import type { ComputeJobStatus } from '../../../constructs/crds/compute-job.ts';
import { deepEqual } from '../../kube/deep-equal.ts';
import { isFinished } from './job-status.ts';

/** Where a job stands in the queue is written at most this often: whoever leaves it moves everybody else. */
const MESSAGE_INTERVAL_MS = 5_000;
/** So long for each job that waits, if that is longer: all of them together get 20 such writes a second at most. */
const MESSAGE_SHARE_MS = 50;
/** The place of a job far behind is written more seldom. */
const FAR_BEHIND = 10;
const FAR_BEHIND_INTERVAL_MS = 30_000;
/** A gang's pods start and end one after the other. */
const PROGRESS_DELAY_MS = 300;

/**
 * How long a status that differs has to wait, by what differs, in milliseconds.
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
 * Statuses of finished jobs change only when a newer operator says more of them than the one that finished them: so many
 * milliseconds apart, 20 a second, however many there are.
 */
const FINISHED_INTERVAL_MS = 50;

/** The status without the sentences in it, and the place in the queue. */
function withoutMessages({ conditions = [], position: _, ...status }: ComputeJobStatus) {
  return { ...status, message: '', conditions: conditions.map((condition) => ({ ...condition, message: '' })) };
}

/** The status without how far its gang has come. */
function withoutProgress(status: ComputeJobStatus): ComputeJobStatus {
  return { ...status, summary: '', activeNodes: [], completedIndexes: '', succeeded: 0 };
}

/** When the status of each job was written last, and since when there is something to write. */
export class StatusRateLimiter {
  readonly #written = new Map<string, number>();
  readonly #noticed = new Map<string, number>();
  /** When a finished job may be written. */
  readonly #turns = new Map<string, number>();
  #nextTurn = 0;
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

  /** Milliseconds that a status which differs has to wait to be written; 0 or less: none. */
  waitMs(key: string, before: ComputeJobStatus, after: ComputeJobStatus): number {
    const now = this.#now();
    if (isFinished(before) && isFinished(after)) return this.#turn(key) - now;
    const pace = statusIntervalMs(before, after, this.#waiting());
    // Progress waits for more of its kind from the first on; words only have to keep their distance.
    const noticed = this.#noticed.get(key) ?? now;
    this.#noticed.set(key, noticed);
    const since = pace === PROGRESS_DELAY_MS ? noticed : (this.#written.get(key) ?? Number.NEGATIVE_INFINITY);
    return since + pace - now;
  }

  wrote(key: string): void {
    this.#written.set(key, this.#now());
    this.#noticed.delete(key);
    this.#turns.delete(key);
  }

  forget(key: string): void {
    this.#written.delete(key);
    this.#noticed.delete(key);
    this.#turns.delete(key);
  }

  #turn(key: string): number {
    const known = this.#turns.get(key);
    if (known !== undefined) return known;
    const turn = Math.max(this.#now(), this.#nextTurn);
    this.#nextTurn = turn + FINISHED_INTERVAL_MS;
    this.#turns.set(key, turn);
    return turn;
  }
}
