import { DOWN_AFTER } from './link-state.ts';

/** Pings within the last five minutes. */
export interface LossCounts {
  readonly pings: number;
  /** Of those, the ones that failed. */
  readonly lost: number;
  /** Of those, the ones beyond the third in a row: they belong to an outage, which is over with its first reply. */
  readonly outage: number;
}

/** With fewer pings in five minutes, loss is reported but never makes a link Down. */
export const MIN_PINGS = 20;

const MINUTE_MS = 60_000;
/** Five minutes, and the one that is filling. */
const SLICES = 6;

/** Counts the pings of one link over the last five to six minutes, in constant space. */
export class LossWindow {
  readonly #pings = new Uint16Array(SLICES);
  readonly #lost = new Uint16Array(SLICES);
  readonly #outage = new Uint16Array(SLICES);
  #minute = 0;

  /**
   * @param failuresInARow up to and including this ping; 0 when it was answered
   * @param now monotonic milliseconds
   */
  add(failuresInARow: number, now: number): void {
    this.#advance(now);
    const slice = this.#minute % SLICES;
    // At the shortest interval a slice sees 600 pings, so 16 bits cannot overflow.
    this.#pings[slice]!++;
    if (failuresInARow > 0) this.#lost[slice]!++;
    if (failuresInARow > DOWN_AFTER) this.#outage[slice]!++;
  }

  counts(now: number): LossCounts {
    this.#advance(now);
    const sum = (slices: Uint16Array) => slices.reduce((total, count) => total + count, 0);
    return { pings: sum(this.#pings), lost: sum(this.#lost), outage: sum(this.#outage) };
  }

  #advance(now: number): void {
    const minute = Math.floor(now / MINUTE_MS);
    const passed = Math.min(minute - this.#minute, SLICES);
    for (let i = 0; i < passed; i++) {
      for (const slices of [this.#pings, this.#lost, this.#outage]) slices[(minute - i) % SLICES] = 0;
    }
    this.#minute = minute;
  }
}

/** Share of the pings that failed, in whole percent; undefined when there was none. */
export function lossPercent({ pings, lost }: LossCounts): number | undefined {
  return pings === 0 ? undefined : Math.round((100 * lost) / pings);
}

/**
 * Whether a link loses too much to count as Up. Once it does, it has to get twice as good before it counts as Up again, so
 * that a link at the threshold does not change its state with every ping.
 *
 * @param was what this function last returned
 * @param threshold percent
 */
export function isLossy({ pings, lost, outage }: LossCounts, was: boolean, threshold: number): boolean {
  const judged = pings - outage;
  if (judged < MIN_PINGS) return false;
  const percent = (100 * (lost - outage)) / judged;
  return was ? percent >= threshold / 2 : percent >= threshold;
}
