interface Observation {
  readonly status: string;
  readonly at: number;
}

/**
 * Since when each Node's condition Ready has been what it is, by the clock of whoever looks: the condition's own time is by
 * another clock than ours.
 */
export class ReadyClock {
  readonly #seen = new Map<string, Observation>();

  /** @param now milliseconds on a clock that never goes back */
  observe(node: string, status: string, now: number): void {
    if (this.#seen.get(node)?.status !== status) this.#seen.set(node, { status, at: now });
  }

  forget(node: string): void {
    this.#seen.delete(node);
  }

  /** Milliseconds since the status was first seen; 0 when it never was. */
  age(node: string, now: number): number {
    return now - (this.#seen.get(node)?.at ?? now);
  }
}
