import type { Clock, Timer } from '../time/clock.ts';

/** A timer that is later than this has been held up. Milliseconds. */
const TIMER_PRECISION = 2;
/** So often within its time a ping looks whether this process gets its turn. */
const CHECKS = 4;

/**
 * The time that a ping has. Where this process itself was too busy meanwhile, the answer may lie unread in the socket, or the request
 * unsent: the peer gets once as much longer as that was, so that our own starvation isn't its failure. It looks several times,
 * because whoever was held up in the middle of a ping may be in time at its end.
 */
export class PingDeadline {
  readonly #clock: Clock;
  readonly #timeoutMs: number;
  readonly #expired: () => void;
  #timer: Timer | undefined;
  #at = 0;
  /** For how long this process was late at its checks, in milliseconds. */
  #heldUp = 0;
  #extended = false;

  constructor(clock: Clock, timeoutMs: number, expired: () => void) {
    this.#clock = clock;
    this.#timeoutMs = timeoutMs;
    this.#expired = expired;
    this.restart(clock.now());
  }

  /** The whole time again from `now` on. */
  restart(now: number): void {
    this.stop();
    this.#at = now + this.#timeoutMs;
    this.#heldUp = 0;
    this.#extended = false;
    this.#wait(now);
  }

  stop(): void {
    this.#clock.clearTimeout(this.#timer);
  }

  #wait(now: number): void {
    const due = Math.min(now + this.#timeoutMs / CHECKS, this.#at);
    this.#timer = this.#clock.setTimeout(() => {
      const then = this.#clock.now();
      const late = then - due;
      if (late >= TIMER_PRECISION) this.#heldUp += late;
      if (then < this.#at) this.#wait(then);
      else this.#expire(then);
    }, due - now);
  }

  #expire(now: number): void {
    if (this.#extended || this.#heldUp === 0) {
      this.#expired();
      return;
    }
    this.#extended = true;
    this.#at = now + Math.min(this.#heldUp, this.#timeoutMs);
    this.#wait(now);
  }
}
