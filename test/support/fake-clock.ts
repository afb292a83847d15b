import type { Clock } from '../../server/time/clock.ts';

/** A clock that stands still until it is turned. Timers run in order, each at its own time. */
export class FakeClock implements Clock {
  #now = 1_000_000;
  /** What the wall clock is ahead of the monotonic one. */
  wallOffset = Date.parse('2026-01-01T00:00:00Z');
  #last = 0;
  readonly #timers = new Map<number, { readonly due: number; readonly task: () => void }>();

  now = (): number => this.#now;
  wallNow = (): number => this.#now + this.wallOffset;

  setTimeout = (task: () => void, ms: number): number => {
    this.#timers.set(++this.#last, { due: this.#now + Math.max(0, ms), task });
    return this.#last;
  };

  clearTimeout = (timer: NodeJS.Timeout | number | undefined): void => {
    this.#timers.delete(timer as number);
  };

  /** Timers that have been set and have not run. */
  get pending(): number {
    return this.#timers.size;
  }

  /** In how many milliseconds the next timer is due; undefined: none is set. */
  get nextMs(): number | undefined {
    const [first] = [...this.#timers.values()].map(({ due }) => due).sort((a, b) => a - b);
    return first === undefined ? undefined : first - this.#now;
  }

  /** So much time passes while this process does nothing: timers that are due run late, when it is advanced. */
  standStill(ms: number): void {
    this.#now += ms;
  }

  /** Lets so much time pass. What promises set off runs between timers. */
  async advance(ms: number): Promise<void> {
    const until = this.#now + ms;
    for (;;) {
      await settled();
      const next = [...this.#timers].sort(([, a], [, b]) => a.due - b.due)[0];
      if (!next || next[1].due > until) break;
      this.#timers.delete(next[0]);
      this.#now = Math.max(this.#now, next[1].due);
      next[1].task();
    }
    this.#now = until;
    await settled();
  }
}

/** Resolves when all promises that can settle without time have settled. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
