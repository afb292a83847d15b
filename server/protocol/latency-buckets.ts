/** Upper bounds of the buckets in milliseconds, 50 µs to 60 s at a ratio of 2^(1/4), 19 %; above the last lies one more. */
export const LATENCY_BOUNDS_MS: readonly number[] = Object.freeze(
  Array.from({ length: 82 }, (_, i) => Number((0.05 * 2 ** (i / 4)).toPrecision(4))),
);

const LOWEST = LATENCY_BOUNDS_MS[0]!;

/** The bucket of a latency. Histograms with the same bounds merge by adding their counts. */
export function bucketOf(ms: number): number {
  if (!(ms > LOWEST)) return 0;
  // The logarithm is right but for rounding at a bound (the bounds are rounded themselves), which the comparisons mend.
  const guess = Math.min(Math.ceil(Math.log2(ms / LOWEST) * 4), LATENCY_BOUNDS_MS.length);
  if (guess > 0 && ms <= LATENCY_BOUNDS_MS[guess - 1]!) return guess - 1;
  return guess < LATENCY_BOUNDS_MS.length && ms > LATENCY_BOUNDS_MS[guess]! ? guess + 1 : guess;
}

/**
 * The latency below which a share of the counted pings lies, interpolated within its bucket.
 *
 * @param counts one per bucket
 * @param share 0.5 for the median, 0.99 for p99
 * @returns milliseconds, or undefined when nothing was counted
 */
export function quantile(counts: ArrayLike<number>, share: number): number | undefined {
  let total = 0;
  for (let i = 0; i < counts.length; i++) total += counts[i]!;
  if (total === 0) return undefined;
  let rest = share * total;
  for (let i = 0; i < counts.length; i++) {
    const count = counts[i]!;
    if (rest <= count && count > 0) {
      const low = i === 0 ? 0 : LATENCY_BOUNDS_MS[i - 1]!;
      const high = LATENCY_BOUNDS_MS[Math.min(i, LATENCY_BOUNDS_MS.length - 1)]!;
      return low + (high - low) * (rest / count);
    }
    rest -= count;
  }
  return LATENCY_BOUNDS_MS.at(-1);
}
