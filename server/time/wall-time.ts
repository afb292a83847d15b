import type { Clock } from './clock.ts';

/** Milliseconds by which the wall clock may drift (NTP slews it) before shown times follow. */
const TOLERANCE = 1_000;

/**
 * Shows monotonic times as points in time. Everything is measured on the monotonic clock, so an outage during which
 * somebody sets the wall clock has its true length; what is shown follows the clock as it stands now. It does so in steps: a time that
 * is shown twice is the same twice, else every report would differ from the last.
 */
export class WallTime {
  readonly #clock: Pick<Clock, 'now' | 'wallNow'>;
  #offset: number;

  constructor(clock: Pick<Clock, 'now' | 'wallNow'>) {
    this.#clock = clock;
    this.#offset = clock.wallNow() - clock.now();
  }

  /** @returns milliseconds since the epoch */
  at(monotonic: number): number {
    const offset = this.#clock.wallNow() - this.#clock.now();
    if (Math.abs(offset - this.#offset) > TOLERANCE) this.#offset = offset;
    return Math.round(monotonic + this.#offset);
  }

  /** ISO 8601. */
  iso(monotonic: number): string {
    return new Date(this.at(monotonic)).toISOString();
  }
}
