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

/**
 * When to ping next: the peer's slots lie at (k + phase) intervals, and the next one is the slot nearest to `every`
 * intervals after the last ping. A slot that has passed by less than a quarter of an interval (the last ping took as
 * long as its timeout) is used at once, an older one is left out, not caught up with.
 */
export function nextSlot(last: number, now: number, phase: number, intervalMs: number, every = 1): number {
  const earliest = Math.max(now - intervalMs / 4, last + (every - 0.5) * intervalMs);
  return (Math.ceil(earliest / intervalMs - phase) + phase) * intervalMs;
}
