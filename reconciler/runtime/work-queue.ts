import { type Backoff, backoffDelay } from '../kube/backoff.ts';
import { systemTimers, type Timers } from './timers.ts';
import { namespaceOf, type Priority, WaitingKeys } from './waiting-keys.ts';

/** Between two attempts at one key (spec: 5 ms … 5 min). */
export const RETRY_BACKOFF: Backoff = { base: 5, cap: 300_000 };

/** Node's timers count to here (24.8 days); what is further off comes early, and finds that out. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** Observes the queue, for metrics. Times are in milliseconds. */
export interface QueueObserver {
  readonly onAdd: () => void;
  readonly onDepth: (depth: number) => void;
  readonly onGet: (waitedMs: number) => void;
  readonly onRetry: () => void;
}

export interface WorkQueueOptions {
  /** Monotonic milliseconds. */
  readonly now: () => number;
  /** @default the system's */
  readonly timers?: Timers;
  readonly random: () => number;
  /** Number of keys of one namespace that are processed at once; what has no namespace is not bounded. @default no bound */
  readonly maxPerNamespace?: number;
  readonly observer: QueueObserver;
}

/**
 * Keys to reconcile, after client-go's workqueue.
 *
 * Guarantees: a key waits at most once, however often it is added; it is not returned while it is being processed
 * (added meanwhile, it waits again once {@link done} is called); every key has its turn within the bound of {@link WaitingKeys},
 * unless `maxPerNamespace` keys of its own namespace are being processed: those that take long leave workers to other namespaces.
 */
export class WorkQueue {
  readonly #options: WorkQueueOptions;
  readonly #clock: Timers;
  readonly #waiting = new WaitingKeys();
  /** Keys that are being processed, and their priority. */
  readonly #processing = new Map<string, Priority>();
  /** Added while being processed. */
  readonly #dirty = new Map<string, { readonly priority: Priority; readonly since: number }>();
  readonly #timers = new Map<string, { readonly due: number; readonly timer: ReturnType<Timers['setTimeout']> }>();
  /** Number of keys that are being processed, by namespace. */
  readonly #busy = new Map<string, number>();
  readonly #failures = new Map<string, number>();
  readonly #getters: ((key: string | undefined) => void)[] = [];
  #closed = false;

  constructor(options: WorkQueueOptions) {
    this.#options = options;
    this.#clock = options.timers ?? systemTimers;
  }

  /** Number of keys in the queue. */
  get depth(): number {
    return this.#waiting.size;
  }

  add(key: string, priority: Priority = 'Normal'): void {
    if (this.#closed) return;
    if (this.#processing.has(key)) {
      const dirty = this.#dirty.get(key);
      if (dirty === undefined || (dirty.priority === 'Low' && priority === 'Normal')) {
        this.#dirty.set(key, { priority, since: dirty?.since ?? this.#options.now() });
        if (dirty === undefined) this.#options.observer.onAdd();
      }
      return;
    }
    const waitsAs = this.#waiting.priorityOf(key);
    if (waitsAs === 'Normal' || waitsAs === priority) return;
    if (waitsAs === undefined) this.#options.observer.onAdd();
    this.#enqueue(key, priority, this.#options.now());
  }

  /** Adds the key unless it is queued already, with whatever priority. */
  addIfAbsent(key: string): void {
    if (this.#waiting.priorityOf(key) === undefined && !this.#dirty.has(key)) this.add(key);
  }

  /** Adds a key that is being processed again, with its priority, at the end. */
  requeue(key: string): void {
    this.add(key, this.#processing.get(key));
  }

  /** Adds the key in `ms`, or earlier if it was to come earlier already. */
  addAfter(key: string, ms: number, priority: Priority = 'Normal'): void {
    if (this.#closed) return;
    const due = this.#options.now() + ms;
    const planned = this.#timers.get(key);
    if (planned !== undefined) {
      if (planned.due <= due) return;
      this.#clock.clearTimeout(planned.timer);
    }
    const onDue = () => {
      this.#timers.delete(key);
      this.add(key, priority);
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
  addRateLimited(key: string, atLeastMs = 0): number {
    const failures = this.#failures.get(key) ?? 0;
    this.#failures.set(key, failures + 1);
    this.#options.observer.onRetry();
    const ms = Math.max(atLeastMs, backoffDelay(RETRY_BACKOFF, failures, this.#options.random));
    this.addAfter(key, ms);
    return ms;
  }

  /** Resets the key's backoff. */
  forget(key: string): void {
    this.#failures.delete(key);
  }

  /** Waits for a key; undefined once the queue is closed. Call {@link done} with it afterwards. */
  get(): Promise<string | undefined> {
    if (this.#closed) return Promise.resolve(undefined);
    const key = this.#next();
    if (key !== undefined) return Promise.resolve(key);
    return new Promise((resolve) => this.#getters.push(resolve));
  }

  done(key: string): void {
    if (!this.#processing.delete(key)) return;
    const namespace = namespaceOf(key);
    this.#busy.set(namespace, (this.#busy.get(namespace) ?? 0) - 1);
    if (this.#busy.get(namespace) === 0) this.#busy.delete(namespace);
    const dirty = this.#dirty.get(key);
    if (dirty !== undefined) {
      this.#dirty.delete(key);
      if (!this.#closed) this.#enqueue(key, dirty.priority, dirty.since);
    }
    this.#serve();
  }

  /** Ends the queue: keys are no longer added or returned. */
  close(): void {
    this.#closed = true;
    for (const { timer } of this.#timers.values()) this.#clock.clearTimeout(timer);
    this.#timers.clear();
    for (const getter of this.#getters.splice(0)) getter(undefined);
  }

  #enqueue(key: string, priority: Priority, since: number): void {
    this.#waiting.add(key, priority, since);
    if (!this.#serve()) this.#options.observer.onDepth(this.depth);
  }

  /** Hands keys to those who wait for one. @returns whether any was handed out */
  #serve(): boolean {
    let isServed = false;
    while (this.#getters.length > 0) {
      const key = this.#next();
      if (key === undefined) break;
      isServed = true;
      this.#getters.shift()!(key);
    }
    return isServed;
  }

  #next(): string | undefined {
    const { maxPerNamespace = Number.POSITIVE_INFINITY } = this.#options;
    const taken = this.#waiting.take(
      (namespace) => namespace === '' || (this.#busy.get(namespace) ?? 0) < maxPerNamespace,
    );
    if (taken === undefined) return undefined;
    const namespace = namespaceOf(taken.key);
    this.#busy.set(namespace, (this.#busy.get(namespace) ?? 0) + 1);
    this.#processing.set(taken.key, taken.priority);
    this.#options.observer.onDepth(this.depth);
    this.#options.observer.onGet(this.#options.now() - taken.since);
    return taken.key;
  }
}
