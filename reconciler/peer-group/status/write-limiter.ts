import { TokenBucket } from '../../kube/token-bucket.ts';

/** Statuses of a group that are written at once, and how many a second after that. */
const BURST = 20;
const PER_SECOND = 0.5;

/** How often each group's status is written: whatever its pods do, the API server and everybody who watches have their peace. */
export class WriteLimiter {
  readonly #now: () => number;
  readonly #groups = new Map<string, TokenBucket>();

  /** @param now monotonic milliseconds */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** @returns 0: write now; otherwise in how many milliseconds to look again, which is when the state of then is written */
  waitMs(key: string): number {
    const bucket = this.#groups.get(key) ?? new TokenBucket({ capacity: BURST, perSecond: PER_SECOND, now: this.#now });
    this.#groups.set(key, bucket);
    return bucket.tryTake() ? 0 : Math.ceil(bucket.waitMs(1));
  }

  forget(key: string): void {
    this.#groups.delete(key);
  }
}
