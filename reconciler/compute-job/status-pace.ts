import type { ComputeJobStatus } from '../../constructs/crds/compute-job.ts';
import { deepEqual } from '../kube/deep-equal.ts';

/** Where a job stands in the queue is written at most this often: whoever leaves it moves everybody else. */
const WORDS_MS = 5_000;
/** A gang's pods start and end one after the other. */
const PROGRESS_MS = 500;

/** When a status that differs may be written, by what differs; milliseconds after the last write. */
export function statusPaceMs(before: ComputeJobStatus, after: ComputeJobStatus): number {
  const [wordlessBefore, wordlessAfter] = [wordless(before), wordless(after)];
  if (deepEqual(wordlessBefore, wordlessAfter)) return WORDS_MS;
  return deepEqual(progressless(wordlessBefore), progressless(wordlessAfter)) ? PROGRESS_MS : 0;
}

/** The status without the sentences in it. */
function wordless({ conditions = [], ...status }: ComputeJobStatus) {
  return { ...status, message: '', conditions: conditions.map((condition) => ({ ...condition, message: '' })) };
}

/** The status without how far its gang has come. */
function progressless(status: ComputeJobStatus): ComputeJobStatus {
  return { ...status, summary: '', activeNodes: [], completedIndexes: '', succeeded: 0 };
}

/** When each job's status was written last. */
export class StatusPace {
  readonly #written = new Map<string, number>();
  readonly #now: () => number;

  /** @param now monotonic milliseconds */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Milliseconds that a write has to wait; 0 or less: none. */
  waitMs(key: string, before: ComputeJobStatus, after: ComputeJobStatus): number {
    const written = this.#written.get(key);
    return written === undefined ? 0 : written + statusPaceMs(before, after) - this.#now();
  }

  wrote(key: string): void {
    this.#written.set(key, this.#now());
  }

  forget(key: string): void {
    this.#written.delete(key);
  }
}
