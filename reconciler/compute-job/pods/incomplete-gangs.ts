interface Incomplete {
  readonly gang: string;
  readonly since: number;
  readonly message: string;
}

/** Since when gangs lack pods that can't be created. A restart of the operator resets the time. */
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
   * @param gang identifies the gang among those of the job
   */
  observe(key: string, gang: string, message: string): void {
    const known = this.#jobs.get(key);
    this.#jobs.set(key, { gang, since: known?.gang === gang ? known.since : this.#now(), message });
  }

  /** The last message about an incomplete gang, and for how many milliseconds it has been incomplete. */
  of(key: string, gang: string): { readonly message: string; readonly forMs: number } | undefined {
    const known = this.#jobs.get(key);
    return known?.gang === gang ? { message: known.message, forMs: this.#now() - known.since } : undefined;
  }

  /** All of its pods exist, or it needs none. */
  forget(key: string): void {
    this.#jobs.delete(key);
  }
}
