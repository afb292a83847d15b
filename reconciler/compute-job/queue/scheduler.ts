import { isDeepStrictEqual } from 'node:util';
import type { Amounts } from '../../node-resources/amounts.ts';
import type { Toleration } from '../../node-resources/taints.ts';
import type { Ledger } from './ledger.ts';
import type { Shape } from './node-table.ts';
import { placementPass, type Wait, type Waiting } from './placement-pass.ts';
import { Reservations } from './reservations.ts';

/** What a job asks the scheduler for. */
export interface Request {
  readonly key: string;
  /** What makes it this request and no other: an assignment counts only for the request that it was made for. */
  readonly id: string;
  readonly priority: number;
  /** Of the job, milliseconds since the epoch. */
  readonly created: number;
  readonly requests: Amounts;
  readonly nodeSelector: Readonly<Record<string, string>>;
  readonly tolerations: readonly Toleration[];
  /** Of both: see {@link Shape}. */
  readonly shape: string;
  readonly preferred: readonly string[];
  readonly avoided: readonly string[];
  /** Keys of the pods that will be created, one on each node. */
  readonly pods: readonly string[];
}

export interface SchedulerOptions {
  readonly ledger: Ledger;
  /** Monotonic milliseconds. */
  readonly now: () => number;
  /** Calls back once after so many milliseconds; returns what calls it off. */
  readonly after: (ms: number, callback: () => void) => () => void;
  /** Whether everything is known that a decision stands on. */
  readonly ready: () => boolean;
  /** Something was decided about these jobs: nodes for them, or another reason to wait. */
  readonly onDecided: (keys: readonly string[]) => void;
  /** After each pass. */
  readonly onPass: (durationMs: number, waiting: number) => void;
}

interface Assignment {
  readonly id: string;
  readonly nodes: readonly string[];
  /** Keys of the pods that are to be created there. */
  readonly pods: readonly string[];
}

/** Events mostly come several at a time. */
const GATHER_MS = 10;
/** A pass is followed by at least so many times its own duration without one. */
const REST = 4;
/** For how long a job leaves out a node on which a pod of its was not bound. */
const AVOID_MS = 5 * 60_000;

/**
 * Gives nodes to jobs, all of one's nodes at a time, in the order of the queue. It remembers nothing that the cluster doesn't
 * tell again after a restart, but for who was passed since when, and what was reserved for whom.
 */
export class Scheduler {
  readonly ledger: Ledger;
  readonly #options: SchedulerOptions;
  readonly #requests = new Map<string, Request>();
  readonly #assigned = new Map<string, Assignment>();
  readonly #waits = new Map<string, Wait>();
  readonly #reservations = new Reservations();
  readonly #avoided = new Map<string, Map<string, number>>();
  /** What calls off the timers that are set. */
  readonly #timers = new Set<() => void>();
  #planned = false;
  /** Calls off the pass that is due though nothing changes. */
  #callOffNext = () => {};
  #notBefore = 0;

  constructor(options: SchedulerOptions) {
    this.#options = options;
    this.ledger = options.ledger;
  }

  /** Puts the request into the queue, in place of what the job asked for before. */
  ask(request: Request): void {
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
  assignment(key: string, id: string): readonly string[] | undefined {
    const assigned = this.#assigned.get(key);
    return assigned?.id === id ? assigned.nodes : undefined;
  }

  /** Number of jobs in the queue. */
  get waiting(): number {
    return this.#requests.size;
  }

  /** Why the job waits, as of the last pass. */
  wait(key: string): Wait | undefined {
    return this.#waits.get(key);
  }

  /**
   * The job asks for nothing (any more).
   *
   * @param pods keys of its pods that are there or are being created: what else the ledger has of the job goes
   */
  withdraw(key: string, pods: ReadonlySet<string>): void {
    this.#requests.delete(key);
    this.#assigned.delete(key);
    this.#waits.delete(key);
    this.#reservations.forget(key);
    this.release(key, pods);
  }

  /** Releases what the ledger has of the job beside these of its pods and those that were just promised their nodes. */
  release(key: string, pods: ReadonlySet<string>): void {
    const promised = new Set(this.#assigned.get(key)?.pods);
    const gone = this.ledger.podsOf(key).filter((pod) => !pods.has(pod) && !promised.has(pod));
    for (const pod of gone) this.ledger.removePod(pod);
    if (gone.length > 0) this.changed();
  }

  /** The job is gone; these of its pods are not yet. */
  forget(key: string, pods: ReadonlySet<string>): void {
    this.withdraw(key, pods);
    this.#avoided.delete(key);
  }

  /** Leaves these nodes out for the job for a while. */
  avoid(key: string, nodes: readonly string[]): void {
    const until = this.#options.now() + AVOID_MS;
    const avoided = this.#avoided.get(key) ?? new Map<string, number>();
    for (const node of nodes) avoided.set(node, until);
    this.#avoided.set(key, avoided);
    this.#later(AVOID_MS, () => this.changed());
  }

  /** Something has changed that a waiting job may have waited for. */
  changed(): void {
    if (this.#requests.size === 0 || this.#planned) return;
    const wait = Math.max(GATHER_MS, this.#notBefore - this.#options.now());
    this.#planned = true;
    this.#later(wait, () => {
      this.#planned = false;
      if (this.#options.ready()) this.#pass();
      else this.changed();
    });
  }

  /** No more passes, and no timer that would keep the process. */
  close(): void {
    this.#requests.clear();
    for (const callOff of this.#timers) callOff();
    this.#timers.clear();
  }

  /** @returns what calls it off; harmless afterwards */
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
    const queue = [...this.#requests.values()].map((request) => this.#waiting(request, started));
    const { placed, waiting, passed, reserved } = placementPass(this.ledger.table(), queue);
    for (const key of passed) this.#reservations.pass(key, started);
    this.#callOffNext();
    const nextMs = this.#reservations.observe(reserved, started);
    this.#callOffNext = nextMs === undefined ? () => {} : this.#later(nextMs, () => this.changed());
    const told: string[] = [];
    for (const [key, nodes] of placed) {
      this.#assign(this.#requests.get(key)!, nodes);
      told.push(key);
    }
    for (const [key, wait] of waiting) {
      if (isDeepStrictEqual(this.#waits.get(key), wait)) continue;
      this.#waits.set(key, wait);
      told.push(key);
    }
    const duration = now() - started;
    this.#notBefore = now() + REST * duration;
    onPass(duration, this.#requests.size);
    if (told.length > 0) onDecided(told);
  }

  #waiting(request: Request, now: number): Waiting {
    const { key, priority, created, requests, nodeSelector, tolerations, shape, preferred, pods } = request;
    const avoided = new Set(request.avoided);
    for (const [node, until] of this.#avoided.get(key) ?? []) if (until > now) avoided.add(node);
    const reservations = this.#reservations;
    return {
      key,
      priority,
      created,
      ask: { requests, nodeSelector, tolerations, key: shape, preferred, avoided, count: pods.length },
      passed: reservations.wasPassed(key),
      mayReserve: reservations.mayReserve(key, now),
      stalls: reservations.stalls(key),
    };
  }

  #assign({ key, id, pods, requests }: Request, nodes: readonly string[]): void {
    this.#requests.delete(key);
    this.#waits.delete(key);
    this.#reservations.start(key);
    this.#assigned.set(key, { id, nodes, pods });
    for (const [index, pod] of pods.entries()) this.ledger.setPod(pod, { node: nodes[index]!, requests, job: key });
  }
}
