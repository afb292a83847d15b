interface Observation {
  readonly status: string;
  readonly at: number;
}

/**
 * Since when the condition Ready of each Node has had its status, by the operator's own clock: the condition's own time is by another
 * clock.
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

  /** Milliseconds since the status was first observed; 0 if it never was. */
  age(node: string, now: number): number {
    return now - (this.#seen.get(node)?.at ?? now);
  }
}
