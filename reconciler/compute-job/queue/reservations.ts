import { namespaceOf } from './queue-order.ts';

/** For how long others may go ahead of a job on nodes that it could use. */
export const MAX_BYPASS_MS = 5 * 60_000;
/** For how long nodes stay reserved for a job though no further one of them has become free. */
export const STALL_TIMEOUT_MS = 10 * 60_000;
/** The same at most, for a job whose reservations have stalled again and again. */
const MAX_STALL_MS = 4 * 3_600_000;

interface Job {
  /** When a later job first took a node that this one could have used. */
  readonly bypassedSince: number;
  stalls: number;
  notBefore: number;
}

/** What is reserved for one job of a namespace. */
interface Reserved {
  key: string;
  /** When the namespace began to have nodes reserved without a job of its starting. */
  readonly since: number;
  ready: number;
  /** When the last node became free for it. */
  progressed: number;
}

/**
 * Decides when nodes may be reserved for a job, and ends reservations that lead to nothing: a gang that waits for a node which
 * never becomes free must not keep all others idle.
 *
 * Nodes are reserved once others have gone ahead of a job for five minutes. A reservation ends when for ten minutes no further
 * node has become free for the job (twice as long after each time). After that its namespace has nothing reserved for as long
 * as it just had, and the job for twice as long: in the long run every namespace keeps nodes from others for at most half of
 * the time without starting anything.
 *
 * Times are monotonic milliseconds.
 */
export class Reservations {
  readonly #jobs = new Map<string, Job>();
  readonly #held = new Map<string, Reserved>();
  readonly #pauses = new Map<string, number>();

  /** Others have gone ahead of the job. */
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
   * Takes in what a pass has reserved: jobs, and how many of their nodes they could use at once.
   *
   * @returns milliseconds until something may be decided otherwise though nothing has changed; undefined: never
   */
  observe(reserved: ReadonlyMap<string, number>, now: number): number | undefined {
    const times: number[] = [];
    const active = new Set<string>();
    for (const [key, ready] of reserved) {
      const namespace = namespaceOf(key);
      active.add(namespace);
      const job = this.#jobs.get(key)!;
      const held = this.#held.get(namespace) ?? { key, since: now, ready, progressed: now };
      this.#held.set(namespace, held);
      // A job that takes the place of another one, which was deleted, goes on where that one was.
      if (held.key === key && ready > held.ready) held.progressed = now;
      held.key = key;
      held.ready = ready;
      const patience = Math.min(MAX_STALL_MS, STALL_TIMEOUT_MS * 2 ** job.stalls);
      if (now - held.progressed < patience) times.push(held.progressed + patience);
      else {
        const length = now - held.since;
        job.stalls++;
        job.notBefore = now + 2 * length;
        this.#pauses.set(namespace, now + length);
        this.#held.delete(namespace);
        times.push(now);
      }
    }
    for (const [namespace, { since, progressed }] of this.#held) {
      // Unless it has had none for as long as it had one, what comes next goes on where it was.
      if (!active.has(namespace) && now - progressed > progressed - since + STALL_TIMEOUT_MS)
        this.#held.delete(namespace);
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
    if (this.#held.get(namespaceOf(key))?.key === key) this.#held.delete(namespaceOf(key));
    this.#jobs.delete(key);
  }

  /** The job asks for nothing any more. */
  forget(key: string): void {
    this.#jobs.delete(key);
  }
}
