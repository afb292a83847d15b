/** Allows each of many things at most once in a period, such as a log line for each of many objects. */
export class KeyedRateLimiter {
  readonly #periodMs: number;
  readonly #capacity: number;
  readonly #now: () => number;
  /** When each key was last allowed; the one longest ago first. */
  readonly #allowed = new Map<string, number>();

  /**
   * @param periodMs between two times of the same key
   * @param capacity number of keys to remember; one that is forgotten may be allowed early
   * @param now monotonic milliseconds
   */
  constructor(periodMs: number, capacity: number, now: () => number) {
    this.#periodMs = periodMs;
    this.#capacity = capacity;
    this.#now = now;
  }

  /** Whether this key is due; if so, it is not until the period has passed. */
  allow(key: string): boolean {
    const allowed = this.#allowed.get(key);
    if (allowed !== undefined && this.#now() - allowed < this.#periodMs) return false;
    this.#allowed.delete(key);
    this.#allowed.set(key, this.#now());
    const oldest = this.#allowed.keys().next();
    if (this.#allowed.size > this.#capacity && !oldest.done) this.#allowed.delete(oldest.value);
    return true;
  }
}
