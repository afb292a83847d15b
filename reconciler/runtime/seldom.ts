/** Remembers when each of many things was last told, so that none is told more often than once in a while. */
export class Seldom {
  readonly #periodMs: number;
  readonly #capacity: number;
  readonly #now: () => number;
  /** By key, the one told longest ago first. */
  readonly #told = new Map<string, number>();

  /**
   * @param periodMs between two tellings of the same thing
   * @param capacity how many to remember; what is forgotten may be told again early
   * @param now monotonic milliseconds
   */
  constructor(periodMs: number, capacity: number, now: () => number) {
    this.#periodMs = periodMs;
    this.#capacity = capacity;
    this.#now = now;
  }

  /** Whether to tell it now. */
  isDue(key: string): boolean {
    const told = this.#told.get(key);
    if (told !== undefined && this.#now() - told < this.#periodMs) return false;
    this.#told.delete(key);
    this.#told.set(key, this.#now());
    const oldest = this.#told.keys().next();
    if (this.#told.size > this.#capacity && !oldest.done) this.#told.delete(oldest.value);
    return true;
  }
}
