export interface TokenBucketOptions {
  /** What may be spent at once, after a while without spending. */
  readonly capacity: number;
  /** What comes back in a second. */
  readonly perSecond: number;
  /** Monotonic milliseconds. */
  readonly now: () => number;
}

/** A token bucket for costs that are known afterwards: it may go below zero, and then has to refill first. */
export class TokenBucket {
  readonly #options: TokenBucketOptions;
  #tokens: number;
  #at: number;

  constructor(options: TokenBucketOptions) {
    this.#options = options;
    this.#tokens = options.capacity;
    this.#at = options.now();
  }

  /** Takes so much, whether it is there or not. */
  spend(cost: number): void {
    this.#refill();
    this.#tokens -= cost;
  }

  /** In how many milliseconds so much is there; 0: now. */
  waitMs(cost = 0): number {
    this.#refill();
    return Math.max(0, ((cost - this.#tokens) / this.#options.perSecond) * 1_000);
  }

  /** Takes so much if it is there. */
  tryTake(cost = 1): boolean {
    if (this.waitMs(cost) > 0) return false;
    this.spend(cost);
    return true;
  }

  #refill(): void {
    const { capacity, perSecond, now } = this.#options;
    const at = now();
    this.#tokens = Math.min(capacity, this.#tokens + ((at - this.#at) / 1_000) * perSecond);
    this.#at = at;
  }
}
