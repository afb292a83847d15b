import { monitorEventLoopDelay } from 'node:perf_hooks';
import { type Registry, Summary } from 'prom-client';

/** How exactly delays are sampled. Milliseconds. */
const RESOLUTION_MS = 20;
/** Length of a window. What is shown covers the last one to two of them. Milliseconds. */
const WINDOW_MS = 60_000;

const PERCENTILES = [50, 90, 99, 100] as const;
type Percentile = (typeof PERCENTILES)[number];

interface Window {
  readonly count: number;
  /** All in seconds. */
  readonly mean: number;
  readonly min: number;
  readonly stddev: number;
  readonly percentiles: Readonly<Record<Percentile, number>>;
}

/** What {@link EventLoopDelay} reads: node:perf_hooks' histogram, in nanoseconds. */
export type DelayHistogram = Pick<
  ReturnType<typeof monitorEventLoopDelay>,
  'count' | 'mean' | 'min' | 'stddev' | 'percentile' | 'reset'
>;

/**
 * By how much the event loop is late, over the last one to two minutes. Reading changes nothing, so that any number of
 * scrapers see the same.
 */
export class EventLoopDelay {
  readonly #histogram: DelayHistogram;
  /** Seconds that a sample has when nothing is late. */
  readonly #onTime: number;
  #previous: Window | undefined;
  #before = { count: 0, sum: 0 };

  /**
   * @param histogram of the times between two samples
   * @param resolutionMs how far samples are apart when nothing is late
   */
  constructor(histogram: DelayHistogram, resolutionMs: number) {
    this.#histogram = histogram;
    this.#onTime = resolutionMs / 1e3;
  }

  /** Ends a window. */
  rotate(): void {
    this.#previous = this.#current();
    this.#before = this.total();
    this.#histogram.reset();
  }

  /** Seconds by which that share of all samples was late at most. */
  late(percentile: Percentile): number {
    return Math.max(0, this.between(percentile) - this.#onTime);
  }

  /** The same with the time between two samples, as Node.js and prom-client have it. */
  between(percentile: Percentile): number {
    return Math.max(...this.#windows().map(({ percentiles }) => percentiles[percentile]));
  }

  get min(): number {
    return Math.min(...this.#windows().map(({ min }) => min));
  }

  get mean(): number {
    const windows = this.#windows();
    const count = windows.reduce((sum, window) => sum + window.count, 0);
    return windows.reduce((sum, window) => sum + window.mean * window.count, 0) / Math.max(1, count);
  }

  get stddev(): number {
    return Math.max(...this.#windows().map(({ stddev }) => stddev));
  }

  /** Number of samples since the start, and the seconds by which they were late. */
  total(): { readonly count: number; readonly sum: number } {
    const { count, mean } = this.#current();
    return {
      count: this.#before.count + count,
      sum: this.#before.sum + Math.max(0, mean - this.#onTime) * count,
    };
  }

  #windows(): Window[] {
    return this.#previous === undefined ? [this.#current()] : [this.#previous, this.#current()];
  }

  #current(): Window {
    const { count, mean, min, stddev } = this.#histogram;
    // Without samples Node.js has a mean that is no number and a minimum beyond all bounds.
    if (count === 0) return { count, mean: 0, min: 0, stddev: 0, percentiles: { 50: 0, 90: 0, 99: 0, 100: 0 } };
    const at = (percentile: Percentile) => this.#histogram.percentile(percentile) / 1e9;
    const percentiles = { 50: at(50), 90: at(90), 99: at(99), 100: at(100) };
    return { count, mean: mean / 1e9, min: min / 1e9, stddev: stddev / 1e9, percentiles };
  }
}

/** Starts to watch this process's event loop. Once for a process. */
export function watchEventLoop(): EventLoopDelay {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  histogram.enable();
  const delay = new EventLoopDelay(histogram, RESOLUTION_MS);
  setInterval(() => delay.rotate(), WINDOW_MS).unref();
  return delay;
}

/** A summary whose quantiles come from an {@link EventLoopDelay}: prom-client's own would need every sample. */
export class EventLoopDelaySummary extends Summary {
  readonly #delay: EventLoopDelay;
  readonly #config;

  constructor(
    config: { readonly name: string; readonly help: string; readonly registers: Registry[] },
    delay: EventLoopDelay,
  ) {
    super(config);
    this.#config = config;
    this.#delay = delay;
  }

  override async get() {
    const { name } = this.#config;
    const { count, sum } = this.#delay.total();
    const quantiles = ([50, 99, 100] as const).map((percentile) => ({
      labels: { quantile: percentile / 100 },
      value: this.#delay.late(percentile),
    }));
    const totals = Object.entries({ sum, count }).map(([suffix, value]) => ({
      metricName: `${name}_${suffix}`,
      labels: {},
      value,
    }));
    return { ...(await super.get()), values: [...quantiles, ...totals] };
  }
}
