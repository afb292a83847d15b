import type { SummaryReport } from '../../../server/protocol/summary-report.ts';
import { deepEqual } from '../../kube/deep-equal.ts';
import { TokenBucket } from '../../kube/token-bucket.ts';
import { systemTimers, type Timers } from '../../runtime/timers.ts';
import type { SummaryAnswer, SummaryRequest } from './fetch-summary.ts';
import type { Share } from './shares.ts';

export interface ReporterOptions {
  readonly address: string;
  /** Connections under the pod's TLS, as it is at that time. */
  readonly agent: () => SummaryRequest['agent'];
  readonly fetch: (request: SummaryRequest) => Promise<SummaryAnswer>;
  /** How long the peer may wait for a change now, in seconds; 0: as many are followed that we come by in turn. */
  readonly waitSeconds: () => number;
  /** Pause between two requests that don't wait, in milliseconds. */
  readonly periodMs: () => number;
  /** Runs a request that doesn't wait when there is room for it. */
  readonly inTurn: <T>(request: () => Promise<T>) => Promise<T>;
  /** What the pod may cost beside others of its namespace. */
  readonly share: Share;
  /** Monotonic milliseconds. */
  readonly now: () => number;
  /** @default the system's */
  readonly timers?: Timers;
  /** What the pod says of its config and links is new, or whether it can be believed is. */
  readonly onChange: () => void;
  /** Only latencies are new. */
  readonly onLatency: () => void;
}

const FIRST_DELAY_MS = 150;
const MAX_DELAY_MS = 5_000;
/** Between two reports of a pod whose links come and go, in milliseconds. */
const BREATH_MS = 100;
/** A report that is older was overtaken by events; in milliseconds beyond the time between two. */
const STALE_AFTER_MS = 10_000;

/** A pod that starts or changes its config is asked this often at once; whatever it answers, it is asked so often a second. */
const BURST = 8;
const PER_SECOND = 1;

/**
 * Follows the reports of one pod: asks, waits for a change, asks again.
 *
 * *Guarantees*: the pace is ours, not the pod's: however fast and whatever it answers, it is asked once a second after a burst, and
 * more seldom when reading what it and others of its namespace answer costs too much.
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

  /** Whether the pod has answered lately. */
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
    // Latencies alone are no change to the peer: after each wait without one they are fetched.
    const waits = this.#refresh || this.#etag === undefined ? 0 : waitSeconds();
    const etag = this.#refresh ? undefined : this.#etag;
    const request = () => fetch({ address, agent: agent(), etag, waitSeconds: waits, signal: this.#stop.signal });
    const answer = await (waits > 0 ? request() : inTurn(request));
    if (this.#stop.signal.aborted) return;
    const restMs = share.spend('readMs' in answer ? (answer.readMs ?? 0) : 0);
    this.#schedule(Math.max(this.#take(answer), restMs, this.#asks.waitMs(1)));
  }

  /** @returns in how many milliseconds to ask again */
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

/** What a status is written for at once. */
function facts({ latency: _, worst: __, ...rest }: SummaryReport): object {
  return rest;
}
