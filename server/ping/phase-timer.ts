import type { Clock } from '../time/clock.ts';
import type { PhaseTimes } from './ping-result.ts';

/** When each phase of a ping ended, as the socket's events tell it. */
export class PhaseTimer {
  readonly #clock: Clock;
  readonly #started: number;
  readonly #ended: Partial<Record<keyof PhaseTimes, number>> = {};

  constructor(clock: Clock, started: number) {
    this.#clock = clock;
    this.#started = started;
  }

  end(phase: keyof PhaseTimes): void {
    this.#ended[phase] = this.#clock.now();
  }

  hasEnded(phase: keyof PhaseTimes): boolean {
    return this.#ended[phase] !== undefined;
  }

  times(): { ms: number; phases: PhaseTimes } {
    const { dns, tcp, tls, firstByte } = this.#ended;
    const phases: { -readonly [K in keyof PhaseTimes]: PhaseTimes[K] } = {};
    let last = this.#started;
    if (dns !== undefined) {
      phases.dns = dns - last;
      last = dns;
    }
    if (tcp !== undefined) {
      phases.tcp = tcp - last;
      last = tcp;
    }
    if (tls !== undefined) {
      phases.tls = tls - last;
      last = tls;
    }
    if (firstByte !== undefined) phases.firstByte = firstByte - last;
    return { ms: this.#clock.now() - this.#started, phases };
  }
}
