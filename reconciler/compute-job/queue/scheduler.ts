import { isDeepStrictEqual } from 'node:util';
import type { Ledger } from './ledger.ts';
import { placementPass, type QueuedRequest, type QueueStatus } from './placement-pass.ts';
import { type PlacementRequest, requestedPods } from './placement-request.ts';
import { Reservations } from './reservations.ts';

export interface SchedulerOptions {
  readonly ledger: Ledger;
  /** Monotonic milliseconds. */
  readonly now: () => number;
  /** Calls back once after this many milliseconds; returns what cancels it. */
  readonly after: (ms: number, callback: () => void) => () => void;
  /** Whether the caches have everything that a decision depends on. */
  readonly ready: () => boolean;
  /** Called with the keys of jobs that got nodes, or have another reason to wait. */
  readonly onDecided: (keys: readonly string[]) => void;
  /** Called after each pass. */
  readonly onPass: (durationMs: number, waiting: number) => void;
}

interface Assignment {
  readonly id: string;
  readonly nodes: readonly string[];
  /** Keys of the pods that will be created there. */
  readonly pods: readonly string[];
}

/** Changes mostly come several at a time. */
const BATCH_MS = 10;
/** After each pass the scheduler rests for this many times its duration. */
const REST_FACTOR = 4;
/** How long a job avoids a node on which one of its pods was not bound or could not start. */
export const AVOID_NODE_MS = 5 * 60_000;

/**
 * Assigns nodes to jobs, in the order of the queue: all nodes of a job at once. After a restart of the operator everything it needs
 * is in the cluster again, except which jobs were bypassed since when, and what was reserved for them.
 */
export class Scheduler {
  readonly ledger: Ledger;
  readonly #options: SchedulerOptions;
  readonly #requests = new Map<string, PlacementRequest>();
  readonly #assigned = new Map<string, Assignment>();
  readonly #statuses = new Map<string, QueueStatus>();
  readonly #reservations = new Reservations();
  /** By job: nodes that it avoids, and until when. */
  readonly #avoided = new Map<string, Map<string, number>>();
  /** What cancels the timers that are set. */
  readonly #timers = new Set<() => void>();
  #scheduled = false;
  /** Cancels the next pass that is due even if nothing changes. */
  #cancelNext = () => {};
  #notBefore = 0;

  constructor(options: SchedulerOptions) {
    this.#options = options;
    this.ledger = options.ledger;
  }

  /** Puts the request into the queue; it replaces the job's previous one. */
  submit(request: PlacementRequest): void {
    const { key, id } = request;
    const assigned = this.#assigned.get(key);
    if (assigned?.id === id || isDeepStrictEqual(this.#requests.get(key), request)) return;
    if (assigned !== undefined) {
      this.#assigned.delete(key);
      for (const pod of assigned.pods) this.ledger.removePod(pod);
    }
    this.#requests.set(key, request);
    this.changed();
  }

  /** The nodes that were chosen for this very request; undefined: none yet. */
  assignment({ key, id }: Pick<PlacementRequest, 'key' | 'id'>): readonly string[] | undefined {
    const assigned = this.#assigned.get(key);
    return assigned?.id === id ? assigned.nodes : undefined;
  }

  /** Number of jobs in the queue. */
  get waiting(): number {
    return this.#requests.size;
  }

  /** Why the job waits, as of the last pass. */
  queueStatus(key: string): QueueStatus | undefined {
    return this.#statuses.get(key);
  }

  /**
   * Takes the job out of the queue.
   *
   * @param pods keys of its pods that exist or are being created: all other entries of the job leave the ledger
   */
  withdraw(key: string, pods: ReadonlySet<string>): void {
    const wasQueued = this.#requests.delete(key);
    this.#assigned.delete(key);
    this.#statuses.delete(key);
    this.#reservations.forget(key);
    this.release(key, pods);
    // Nodes may have been reserved for it.
    if (wasQueued) this.changed();
  }

  /** Releases what the ledger has of the job, except these pods and those that were just assigned. */
  release(key: string, pods: ReadonlySet<string>): void {
    const assigned = new Set(this.#assigned.get(key)?.pods);
    const gone = this.ledger.podsOf(key).filter((pod) => !pods.has(pod) && !assigned.has(pod));
    for (const pod of gone) this.ledger.removePod(pod);
    if (gone.length > 0) this.changed();
  }

  /** The job is deleted; these of its pods still exist. */
  forget(key: string, pods: ReadonlySet<string>): void {
    this.withdraw(key, pods);
    this.#avoided.delete(key);
  }

  /** Excludes these nodes for the job for a while. */
  avoid(key: string, nodes: readonly string[]): void {
    const until = this.#options.now() + AVOID_NODE_MS;
    const avoided = this.#avoided.get(key) ?? new Map<string, number>();
    for (const node of nodes) avoided.set(node, until);
    this.#avoided.set(key, avoided);
    this.#later(AVOID_NODE_MS, () => this.changed());
  }

  /** Something changed that may let a waiting job start. */
  changed(): void {
    if (this.#requests.size === 0 || this.#scheduled) return;
    const wait = Math.max(BATCH_MS, this.#notBefore - this.#options.now());
    this.#scheduled = true;
    this.#later(wait, () => {
      this.#scheduled = false;
      if (this.#options.ready()) this.#pass();
      else this.changed();
    });
  }

  /** Stops all passes and timers. */
  close(): void {
    this.#requests.clear();
    for (const cancel of this.#timers) cancel();
    this.#timers.clear();
  }

  /** @returns what cancels it; harmless afterwards */
  #later(ms: number, callback: () => void): () => void {
    const stop = this.#options.after(ms, () => {
      this.#timers.delete(stop);
      callback();
    });
    this.#timers.add(stop);
    return () => {
      if (this.#timers.delete(stop)) stop();
    };
  }

  #pass(): void {
    const { now, onDecided, onPass } = this.#options;
    const started = now();
    const queue = [...this.#requests.values()].map((request) => this.#queued(request, started));
    const { placed, waiting, bypassed, reserved } = placementPass(this.ledger.table(), queue);
    for (const key of bypassed) this.#reservations.bypass(key, started);
    this.#cancelNext();
    const nextMs = this.#reservations.observe(reserved, started);
    this.#cancelNext = nextMs === undefined ? () => {} : this.#later(nextMs, () => this.changed());
    const decided: string[] = [];
    for (const [key, nodes] of placed) {
      this.#assign(this.#requests.get(key)!, nodes);
      decided.push(key);
    }
    for (const [key, status] of waiting) {
      if (isDeepStrictEqual(this.#statuses.get(key), status)) continue;
      this.#statuses.set(key, status);
      decided.push(key);
    }
    const duration = now() - started;
    this.#notBefore = now() + REST_FACTOR * duration;
    onPass(duration, this.#requests.size);
    if (decided.length > 0) onDecided(decided);
  }

  #queued(request: PlacementRequest, now: number): QueuedRequest {
    const { key, avoided } = request;
    const more = [...(this.#avoided.get(key) ?? [])].filter(([, until]) => until > now).map(([node]) => node);
    const reservations = this.#reservations;
    return {
      request: more.length === 0 ? request : { ...request, avoided: new Set([...avoided, ...more]) },
      wasBypassed: reservations.wasBypassed(key),
      mayReserve: reservations.mayReserve(key, now),
      stalls: reservations.stalls(key),
    };
  }

  #assign(request: PlacementRequest, nodes: readonly string[]): void {
    const { key, id, requests } = request;
    const pods = requestedPods(request);
    this.#requests.delete(key);
    this.#statuses.delete(key);
    this.#reservations.start(key);
    this.#assigned.set(key, { id, nodes, pods });
    for (const [index, pod] of pods.entries()) this.ledger.setPod(pod, { node: nodes[index]!, requests, job: key });
  }
}
