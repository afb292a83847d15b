import { randomBytes } from 'node:crypto';
import { type Clock, systemClock } from '../time/clock.ts';

/** The most requests that may wait for a change at once. */
const MAX_WAITERS = 64;

/** Counts changes of something that others look at, and lets them wait for the next one. */
export class ChangeSignal {
  /** Tells one run of the server from the next, whose count starts again. */
  readonly #run = randomBytes(4).toString('hex');
  readonly #clock: Clock;
  #count = 0;
  #waiters = new Set<() => void>();

  constructor(clock: Clock = systemClock) {
    this.#clock = clock;
  }

  /** An HTTP entity tag for the present state. */
  get tag(): string {
    return `"${this.#run}-${this.#count}"`;
  }

  get full(): boolean {
    return this.#waiters.size >= MAX_WAITERS;
  }

  change(): void {
    this.#count++;
    const waiters = this.#waiters;
    this.#waiters = new Set();
    for (const wake of waiters) wake();
  }

  /** Resolves at the next change, or after `ms`, or when `gone` is called by the function handed to `onGone`. */
  async next(ms: number, onGone: (gone: () => void) => void): Promise<void> {
    await new Promise<void>((resolve) => {
      const wake = (): void => {
        this.#clock.clearTimeout(timer);
        this.#waiters.delete(wake);
        resolve();
      };
      const timer = this.#clock.setTimeout(wake, ms);
      this.#waiters.add(wake);
      onGone(wake);
    });
  }
}
