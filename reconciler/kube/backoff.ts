/** Exponential growth between two limits, in milliseconds. */
export interface Backoff {
  readonly base: number;
  readonly cap: number;
}

/** As client-go's reflector waits between attempts to list or watch. */
export const WATCH_BACKOFF: Backoff = { base: 800, cap: 30_000 };

/**
 * Delay before the next attempt: `base · 2^attempt`, at most `cap`, spread evenly over ± 25 % so that many who failed
 * together do not come back together.
 *
 * @param attempt failures before this one, from 0
 * @param random evenly distributed in [0, 1)
 */
export function backoffDelay({ base, cap }: Backoff, attempt: number, random: () => number): number {
  return Math.min(cap, base * 2 ** Math.min(attempt, 40)) * (0.75 + random() / 2);
}
