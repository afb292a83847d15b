interface Incomplete {
  readonly gang: string;
  readonly since: number;
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
   * @returns for how long the gang has been incomplete, in milliseconds
   */
  observe(key: string, gang: string): number {
    const known = this.#jobs.get(key);
    if (known?.gang === gang) return this.#now() - known.since;
    this.#jobs.set(key, { gang, since: this.#now() });
    return 0;
  }

  /** All of its pods are there, or it wants none. */
  forget(key: string): void {
    this.#jobs.delete(key);
  }
}
