import type { SummaryReport } from '../../../server/protocol/summary-report.ts';
import { deepEqual } from '../../kube/deep-equal.ts';
import { TokenBucket } from '../../kube/token-bucket.ts';
import { systemTimers, type Timers } from '../../runtime/timers.ts';
import type { SummaryAnswer, SummaryRequest } from './fetch-summary.ts';
import type { Share } from './shares.ts';

export interface ReporterOptions {
  readonly address: string;
  /** Connections with the TLS settings of the pod at that time. */
  readonly agent: () => SummaryRequest['agent'];
  readonly fetch: (request: SummaryRequest) => Promise<SummaryAnswer>;
  /** How long the peer may wait for a change, in seconds; 0: pods are polled in turn. */
  readonly waitSeconds: () => number;
  /** Time between two polls, in milliseconds. */
  readonly periodMs: () => number;
  /** Runs a poll when there is room for it. */
  readonly inTurn: <T>(request: () => Promise<T>) => Promise<T>;
  /** Limits shared with other pods of the namespace. */
  readonly share: Share;
  /** Monotonic milliseconds. */
  readonly now: () => number;
  /** @default the system's */
  readonly timers?: Timers;
  /** Called when the reported config or links have changed, or whether the report is fresh. */
  readonly onChange: () => void;
  /** Called when only latencies have changed. */
  readonly onLatency: () => void;
}

const FIRST_DELAY_MS = 150;
const MAX_DELAY_MS = 5_000;
/** Minimum time between two reports of a pod, in milliseconds. */
const BREATH_MS = 100;
/** A report is stale this long after the next one was due, in milliseconds. */
const STALE_AFTER_MS = 10_000;

/** Requests to a pod at once, and per second in the long run, whatever it answers. */
const BURST = 8;
const PER_SECOND = 1;

/**
 * Collects the reports of one pod: requests one, waits for a change, requests the next.
 *
 * *Guarantees*: the rate does not depend on the pod: however fast it answers, it gets one request per second after a burst, and fewer
 * if parsing the reports of its namespace takes too much time.
 */
export class Reporter {
  readonly address: string;
  readonly #options: ReporterOptions;
  readonly #stop = new AbortController();
  #summary: SummaryReport | undefined;
  #etag: string | undefined;
  #answeredAt = Number.NEGATIVE_INFINITY;
  #isFresh = false;
  #refresh = true;
  #delayMs = FIRST_DELAY_MS;
  readonly #asks: TokenBucket;
  readonly #timers: Timers;
  #timer: ReturnType<Timers['setTimeout']> | undefined;

  constructor(options: ReporterOptions) {
    this.address = options.address;
    this.#options = options;
    this.#timers = options.timers ?? systemTimers;
    this.#asks = new TokenBucket({ capacity: BURST, perSecond: PER_SECOND, now: options.now });
    this.#schedule(0);
  }

  /** The pod's last report. */
  get summary(): SummaryReport | undefined {
    return this.#summary;
  }

  /** Whether the report is recent. */
  get isFresh(): boolean {
    return this.#isFresh;
  }

  close(): void {
    this.#stop.abort();
    this.#options.share.close();
    this.#timers.clearTimeout(this.#timer);
  }

  #schedule(ms: number): void {
    if (this.#stop.signal.aborted) return;
    this.#timer = this.#timers.setTimeout(() => void this.#ask(), ms);
  }

  async #ask(): Promise<void> {
    const { address, agent, fetch, inTurn, share, waitSeconds } = this.#options;
    this.#asks.spend(1);
    // The peer does not count latencies as a change: they are fetched after each wait without one.
    const waits = this.#refresh || this.#etag === undefined ? 0 : waitSeconds();
    const etag = this.#refresh ? undefined : this.#etag;
    const request = () => fetch({ address, agent: agent(), etag, waitSeconds: waits, signal: this.#stop.signal });
    const answer = await (waits > 0 ? request() : inTurn(request));
    if (this.#stop.signal.aborted) return;
    const restMs = share.spend('readMs' in answer ? (answer.readMs ?? 0) : 0);
    this.#schedule(Math.max(this.#take(answer), restMs, this.#asks.waitMs(1)));
  }

  /** @returns milliseconds after which to ask again */
  #take(answer: SummaryAnswer): number {
    const { now, share, waitSeconds, periodMs, onChange } = this.#options;
    const waits = waitSeconds();
    if (answer.type === 'None' || (answer.type === 'Report' && !share.tryKeep(answer.bytes))) {
      this.#refresh = true;
      const staleAfter = STALE_AFTER_MS + (waits > 0 ? waits * 1_000 : periodMs());
      if (this.#isFresh && now() - this.#answeredAt > staleAfter) {
        this.#isFresh = false;
        onChange();
      }
      const delay = this.#delayMs;
      this.#delayMs = Math.min(MAX_DELAY_MS, delay * 2);
      return delay;
    }
    this.#delayMs = FIRST_DELAY_MS;
    this.#answeredAt = now();
    this.#refresh = answer.type === 'Unchanged';
    const wasFresh = this.#isFresh;
    this.#isFresh = true;
    if (answer.type === 'Report') this.#keep(answer.summary, answer.etag, wasFresh);
    else if (!wasFresh) onChange();
    if (waits === 0) return periodMs();
    return answer.type === 'Report' ? BREATH_MS : 0;
  }

  #keep(summary: SummaryReport, etag: string | undefined, wasFresh: boolean): void {
    const before = this.#summary;
    this.#summary = summary;
    this.#etag = etag;
    if (!wasFresh || before === undefined || !deepEqual(facts(before), facts(summary))) this.#options.onChange();
    else if (!deepEqual(before.latency, summary.latency)) this.#options.onLatency();
  }
}

/** The parts of a report whose changes are written immediately. */
function facts({ latency: _, worst: __, ...rest }: SummaryReport): object {
  return rest;
}
