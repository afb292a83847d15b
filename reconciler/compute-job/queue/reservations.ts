import { namespaceOf } from './queue-order.ts';

/** How long a job may be bypassed before nodes are reserved for it. */
export const MAX_BYPASS_MS = 5 * 60_000;
/** How long nodes stay reserved for a job without another of them becoming free. */
export const STALL_TIMEOUT_MS = 10 * 60_000;
/** The maximum of this for a job whose reservations have stalled repeatedly. */
const MAX_STALL_MS = 4 * 3_600_000;

interface Job {
  /** When a later job was first placed on a node that this one could have used. */
  readonly bypassedSince: number;
  stalls: number;
  notBefore: number;
}

/** What is reserved for one job of a namespace. */
interface Reserved {
  key: string;
  /** Since when the namespace has had nodes reserved without one of its jobs starting. */
  readonly since: number;
  ready: number;
  /** When a node last became free for it. */
  progressed: number;
}

/**
 * Decides when nodes may be reserved for a job, and ends reservations that lead to nothing: a gang that waits for a node that never
 * becomes free must not keep all others idle.
 *
 * Nodes are reserved once a job has been bypassed for five minutes. A reservation ends when no further node has become free for the
 * job for ten minutes (twice as long after each time). Then its namespace gets no reservation for as long as it just had one, and the
 * job for twice as long: in the long run a namespace keeps nodes idle at most half of the time without starting anything.
 *
 * Times are monotonic milliseconds.
 */
export class Reservations {
  readonly #jobs = new Map<string, Job>();
  readonly #reserved = new Map<string, Reserved>();
  readonly #pauses = new Map<string, number>();

  /** The job was bypassed. */
  bypass(key: string, now: number): void {
    if (!this.#jobs.has(key)) this.#jobs.set(key, { bypassedSince: now, stalls: 0, notBefore: now + MAX_BYPASS_MS });
  }

  wasBypassed(key: string): boolean {
    return this.#jobs.has(key);
  }

  stalls(key: string): number {
    return this.#jobs.get(key)?.stalls ?? 0;
  }

  mayReserve(key: string, now: number): boolean {
    const job = this.#jobs.get(key);
    return job !== undefined && now >= job.notBefore && now >= (this.#pauses.get(namespaceOf(key)) ?? now);
  }

  /**
   * Observes what a pass has reserved: jobs, and how many of their nodes they could use now.
   *
   * @returns milliseconds until the next decision may differ even if nothing changes; undefined: never
   */
  observe(reserved: ReadonlyMap<string, number>, now: number): number | undefined {
    const times: number[] = [];
    const active = new Set<string>();
    for (const [key, ready] of reserved) {
      const namespace = namespaceOf(key);
      active.add(namespace);
      const job = this.#jobs.get(key)!;
      const current = this.#reserved.get(namespace) ?? { key, since: now, ready, progressed: now };
      this.#reserved.set(namespace, current);
      // A job that takes the place of a deleted one continues its reservation.
      if (current.key === key && ready > current.ready) current.progressed = now;
      current.key = key;
      current.ready = ready;
      const timeout = Math.min(MAX_STALL_MS, STALL_TIMEOUT_MS * 2 ** job.stalls);
      if (now - current.progressed < timeout) times.push(current.progressed + timeout);
      else {
        const length = now - current.since;
        job.stalls++;
        job.notBefore = now + 2 * length;
        this.#pauses.set(namespace, now + length);
        this.#reserved.delete(namespace);
        times.push(now);
      }
    }
    for (const [namespace, { since, progressed }] of this.#reserved) {
      // A later reservation continues this one, unless the namespace has had none for as long as it had one.
      if (!active.has(namespace) && now - progressed > progressed - since + STALL_TIMEOUT_MS)
        this.#reserved.delete(namespace);
    }
    for (const [namespace, until] of this.#pauses) {
      if (until <= now) this.#pauses.delete(namespace);
      else times.push(until);
    }
    for (const { notBefore } of this.#jobs.values()) if (notBefore > now) times.push(notBefore);
    return times.length === 0 ? undefined : Math.max(0, Math.min(...times) - now);
  }

  /** The job has its nodes. */
  start(key: string): void {
    if (this.#reserved.get(namespaceOf(key))?.key === key) this.#reserved.delete(namespaceOf(key));
    this.#jobs.delete(key);
  }

  /** The job no longer requests nodes. */
  forget(key: string): void {
    this.#jobs.delete(key);
  }
}
