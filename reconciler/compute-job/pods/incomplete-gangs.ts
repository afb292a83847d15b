interface Incomplete {
  readonly gang: string;
  readonly since: number;
  readonly message: string;
}

/** Since when gangs lack pods that can't be created; after a restart of the operator the time begins anew. */
export class IncompleteGangs {
  readonly #jobs = new Map<string, Incomplete>();
  readonly #now: () => number;

  /** @param now monotonic milliseconds */
  constructor(now: () => number) {
    this.#now = now;
  }

  /**
   * A pod could not be created.
   *
   * @param gang what makes it this gang of the job and no other
   */
  observe(key: string, gang: string, message: string): void {
    const known = this.#jobs.get(key);
    this.#jobs.set(key, { gang, since: known?.gang === gang ? known.since : this.#now(), message });
  }

  /** What was said last of a gang that was incomplete then, and for how many milliseconds it has been. */
  of(key: string, gang: string): { readonly message: string; readonly forMs: number } | undefined {
    const known = this.#jobs.get(key);
    return known?.gang === gang ? { message: known.message, forMs: this.#now() - known.since } : undefined;
  }

  /** All of its pods are there, or it wants none. */
  forget(key: string): void {
    this.#jobs.delete(key);
  }
}
