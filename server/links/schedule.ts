/** A new peer's first ping goes out within this time, or within the interval if that is shorter. Milliseconds. */
const FIRST_PING_WITHIN = 2_000;

/** The fractional part of the golden ratio: multiples of it, modulo 1, stay evenly spread whatever their number. */
const GOLDEN = 0.618033988749895;

/**
 * Where in the interval the pings of the n-th peer lie, from 0 to just under 1. Neighbours in n lie far apart, and any
 * number of peers is spread evenly (a Weyl sequence), so there is never a burst.
 *
 * @param offset this server's own, random: servers that start together don't ping in step
 */
export function phaseOf(n: number, offset: number): number {
  return (offset + n * GOLDEN) % 1;
}

/** When a peer that is added at `now` is pinged for the first time. */
export function firstSlot(now: number, phase: number, intervalMs: number): number {
  return now + phase * Math.min(intervalMs, FIRST_PING_WITHIN);
}

/** A slot that has passed by more than this share of the interval is left out. */
const TOLERANCE = 0.25;

/** Whether it is too late for a slot. */
export function isMissed(lateMs: number, intervalMs: number): boolean {
  return lateMs > TOLERANCE * intervalMs;
}

/**
 * When to ping next: the peer's slots lie at (k + phase) intervals, and the next one is the slot nearest to `every`
 * intervals after the last. A slot that has only just passed (the last ping took as long as its timeout) is used at once;
 * one that is missed is left out, not caught up with.
 */
export function nextSlot(last: number, now: number, phase: number, intervalMs: number, every = 1): number {
  const earliest = Math.max(now - TOLERANCE * intervalMs, last + (every - 0.5) * intervalMs);
  return (Math.ceil(earliest / intervalMs - phase) + phase) * intervalMs;
}
