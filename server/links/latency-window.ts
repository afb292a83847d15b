import { bucketOf, LATENCY_BOUNDS_MS } from '../protocol/latency-buckets.ts';

/** A histogram over the last five minutes: five slices of a minute and the one that is filling. */
export class LatencyWindow {
  readonly #slices = Array.from({ length: 6 }, () => new Uint16Array(LATENCY_BOUNDS_MS.length + 1));
  #minute = 0;

  /** @param now monotonic milliseconds */
  add(ms: number, now: number): void {
    this.#advance(now);
    const slice = this.#slices[this.#minute % this.#slices.length]!;
    const bucket = bucketOf(ms);
    // At the shortest interval a slice sees 600 pings, so 16 bits can't overflow.
    slice[bucket] = slice[bucket]! + 1;
  }

  /** Counts by bucket of the last five to six minutes, added to `into`. */
  addTo(into: number[], now: number): void {
    this.#advance(now);
    for (const slice of this.#slices) for (let i = 0; i < slice.length; i++) into[i] = (into[i] ?? 0) + slice[i]!;
  }

  counts(now: number): number[] {
    const counts: number[] = [];
    this.addTo(counts, now);
    return counts;
  }

  #advance(now: number): void {
    const minute = Math.floor(now / 60_000);
    const passed = Math.min(minute - this.#minute, this.#slices.length);
    for (let i = 0; i < passed; i++) this.#slices[(minute - i) % this.#slices.length]!.fill(0);
    this.#minute = minute;
  }
}
