import { TokenBucket } from '../../kube/token-bucket.ts';

/** Number of status writes of a group at once, and per second in the long run. */
const BURST = 20;
const PER_SECOND = 0.5;

/** Limits the rate of status writes for each group, whatever its pods do, to protect the API server and its watchers. */
export class WriteLimiter {
  readonly #now: () => number;
  readonly #groups = new Map<string, TokenBucket>();

  /** @param now monotonic milliseconds */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** @returns 0: write now; otherwise milliseconds after which to reconcile again and write the state at that time */
  waitMs(key: string): number {
    const bucket = this.#groups.get(key) ?? new TokenBucket({ capacity: BURST, perSecond: PER_SECOND, now: this.#now });
    this.#groups.set(key, bucket);
    return bucket.tryTake() ? 0 : Math.ceil(bucket.waitMs(1));
  }

  forget(key: string): void {
    this.#groups.delete(key);
  }
}
