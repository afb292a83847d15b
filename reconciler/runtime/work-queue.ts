import { type Backoff, backoffDelay } from '../kube/backoff.ts';
import { systemTimers, type Timers } from './timers.ts';
import { type Urgency, WaitingKeys } from './waiting-keys.ts';

/** Between two attempts at one key (spec: 5 ms … 5 min). */
export const RETRY_BACKOFF: Backoff = { base: 5, cap: 300_000 };

/** Node's timers count to here (24.8 days); what is further off comes early, and finds that out. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** Told what happens; times are in milliseconds. */
export interface QueueObserver {
  readonly onAdded: () => void;
  readonly onDepth: (depth: number) => void;
  readonly onTaken: (waitedMs: number) => void;
  readonly onRetry: () => void;
}

export interface WorkQueueOptions {
  /** Monotonic milliseconds. */
  readonly now: () => number;
  /** @default the system's */
  readonly timers?: Timers;
  readonly random: () => number;
  readonly observer: QueueObserver;
}

/**
 * Keys to be worked on, after client-go's workqueue.
 *
 * Guarantees: a key waits at most once, however often it is added; it is never taken while somebody works on it (added
 * meanwhile, it waits again once {@link done} is called); every key has its turn within the bound of {@link WaitingKeys}.
 */
export class WorkQueue {
  readonly #options: WorkQueueOptions;
  readonly #clock: Timers;
  readonly #waiting = new WaitingKeys();
  /** Keys that are being worked on, and where they were taken from. */
  readonly #working = new Map<string, Urgency>();
  /** Added while being worked on. */
  readonly #again = new Map<string, { readonly urgency: Urgency; readonly since: number }>();
  readonly #timers = new Map<string, { readonly due: number; readonly timer: ReturnType<Timers['setTimeout']> }>();
  readonly #failures = new Map<string, number>();
  readonly #takers: ((key: string | undefined) => void)[] = [];
  #closed = false;

  constructor(options: WorkQueueOptions) {
    this.#options = options;
    this.#clock = options.timers ?? systemTimers;
  }

  /** Number of keys in the queue. */
  get depth(): number {
    return this.#waiting.size;
  }

  add(key: string, urgency: Urgency = 'Fresh'): void {
    if (this.#closed) return;
    if (this.#working.has(key)) {
      const again = this.#again.get(key);
      if (again === undefined || (again.urgency === 'Backlog' && urgency === 'Fresh')) {
        this.#again.set(key, { urgency, since: again?.since ?? this.#options.now() });
        if (again === undefined) this.#options.observer.onAdded();
      }
      return;
    }
    const waitsAs = this.#waiting.urgencyOf(key);
    if (waitsAs === 'Fresh' || waitsAs === urgency) return;
    if (waitsAs === undefined) this.#options.observer.onAdded();
    this.#enqueue(key, urgency, this.#options.now());
  }

  /** Adds the key as fresh unless it waits already: where it waits is soon enough for this. */
  nudge(key: string): void {
    if (this.#waiting.urgencyOf(key) === undefined && !this.#again.has(key)) this.add(key);
  }

  /** Adds a key that is being worked on again, behind everything that waits where it was taken from. */
  requeue(key: string): void {
    this.add(key, this.#working.get(key));
  }

  /** Adds the key in `ms`, or earlier if it was to come earlier already. */
  addAfter(key: string, ms: number, urgency: Urgency = 'Fresh'): void {
    if (this.#closed) return;
    const due = this.#options.now() + ms;
    const planned = this.#timers.get(key);
    if (planned !== undefined) {
      if (planned.due <= due) return;
      this.#clock.clearTimeout(planned.timer);
    }
    const onDue = () => {
      this.#timers.delete(key);
      this.add(key, urgency);
    };
    const timer = this.#clock.setTimeout(onDue, Math.min(ms, MAX_TIMER_MS));
    this.#timers.set(key, { due, timer });
  }

  /**
   * Adds the key after its backoff, which doubles with every failure in a row.
   *
   * @param atLeastMs what the API server asked for, if it did
   * @returns the delay in milliseconds
   */
  retry(key: string, atLeastMs = 0): number {
    const failures = this.#failures.get(key) ?? 0;
    this.#failures.set(key, failures + 1);
    this.#options.observer.onRetry();
    const ms = Math.max(atLeastMs, backoffDelay(RETRY_BACKOFF, failures, this.#options.random));
    this.addAfter(key, ms);
    return ms;
  }

  /** The key went well: its backoff begins anew. */
  forgive(key: string): void {
    this.#failures.delete(key);
  }

  /** Waits for a key; undefined once the queue is closed. Call {@link done} with it afterwards. */
  take(): Promise<string | undefined> {
    if (this.#closed) return Promise.resolve(undefined);
    const key = this.#next();
    if (key !== undefined) return Promise.resolve(key);
    return new Promise((resolve) => this.#takers.push(resolve));
  }

  done(key: string): void {
    this.#working.delete(key);
    const again = this.#again.get(key);
    if (again === undefined) return;
    this.#again.delete(key);
    if (!this.#closed) this.#enqueue(key, again.urgency, again.since);
  }

  /** Nothing is taken or added from now on. */
  close(): void {
    this.#closed = true;
    for (const { timer } of this.#timers.values()) this.#clock.clearTimeout(timer);
    this.#timers.clear();
    for (const taker of this.#takers.splice(0)) taker(undefined);
  }

  #enqueue(key: string, urgency: Urgency, since: number): void {
    this.#waiting.add(key, urgency, since);
    const taker = this.#takers.shift();
    if (taker !== undefined) taker(this.#next());
    else this.#options.observer.onDepth(this.depth);
  }

  #next(): string | undefined {
    const taken = this.#waiting.take();
    if (taken === undefined) return undefined;
    this.#working.set(taken.key, taken.urgency);
    this.#options.observer.onDepth(this.depth);
    this.#options.observer.onTaken(this.#options.now() - taken.since);
    return taken.key;
  }
}
