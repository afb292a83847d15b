/** Which members of the group should ping this server, and which have: `askers` in reports and metrics. */
export class Sources {
  #expected: ReadonlySet<string> = new Set();
  /** When each expected source's last ping came, monotonic milliseconds. Bounded by the group's size. */
  readonly #seen = new Map<string, number>();

  set(expected: readonly string[]): void {
    this.#expected = new Set(expected);
    for (const name of this.#seen.keys()) if (!this.#expected.has(name)) this.#seen.delete(name);
  }

  /** A ping came in, from a client that calls itself `name`. */
  note(name: string, now: number): void {
    if (this.#expected.has(name)) this.#seen.set(name, now);
  }

  get expected(): number {
    return this.#expected.size;
  }

  /** How many of the expected pinged within `withinMs`. */
  seen(now: number, withinMs: number): number {
    let count = 0;
    for (const at of this.#seen.values()) if (now - at <= withinMs) count++;
    return count;
  }
}
