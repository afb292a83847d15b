import type { KubeClient } from '../client.ts';
import { isConflict, isNotFound, KubeError } from '../errors.ts';
import type { KubeObject } from '../object.ts';
import { type Candidate, type ElectionTimes, nextStep, observe } from './decide.ts';
import { type Clocks, LeaseFence } from './fence.ts';
import { LEASES, type LeaseRecord, leaseSpec, microTime, readLease, renderLease } from './lease-record.ts';

export interface ElectorOptions {
  /** On connections of its own, because renewals must not wait behind anything; its requests end within `times.renewMs`. */
  readonly client: KubeClient;
  readonly namespace: string;
  readonly name: string;
  /** Unique for each process, also among those of one pod. */
  readonly identity: string;
  readonly fieldManager: string;
  readonly times: ElectionTimes;
  readonly clocks: Clocks;
  /** Resolves after so many milliseconds, or when the signal aborts. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  /** A holder other than before was seen. */
  readonly onHolder: (holder: string) => void;
  /** An attempt to read or write the Lease has failed. */
  readonly onFailure: (error: KubeError) => void;
  readonly onRenewed: () => void;
}

/** Runs for the lease and, once it has it, renews it. */
export class LeaderElector {
  /** Open while this process leads. */
  readonly fence: LeaseFence;
  readonly #options: ElectorOptions;
  #candidate: Candidate;

  constructor(options: ElectorOptions) {
    this.#options = options;
    this.fence = new LeaseFence(options.clocks, options.times.renewMs, options.times.leaseMs - options.times.renewMs);
    this.#candidate = {
      identity: options.identity,
      renewedAt: undefined,
      observed: undefined,
      othersSeenAt: undefined,
    };
  }

  get isLeader(): boolean {
    return this.#candidate.renewedAt !== undefined;
  }

  /** Resolves when this process leads, or when the signal aborts. */
  async acquire(signal: AbortSignal): Promise<void> {
    while (!signal.aborted && !this.isLeader) {
      await this.#attempt();
      if (!this.isLeader) await this.#pause(signal);
    }
  }

  /** Renews the lease until the signal aborts (undefined), or resolves with why it is lost; then nothing is written any more. */
  async hold(signal: AbortSignal): Promise<string | undefined> {
    const { times, clocks, sleep } = this.#options;
    let attemptedAt = clocks.monotonic();
    while (!signal.aborted) {
      const expiry = (this.#candidate.renewedAt ?? 0) + times.renewMs;
      await sleep(Math.max(0, Math.min(attemptedAt + times.retryMs, expiry) - clocks.monotonic()), signal);
      if (signal.aborted) break;
      attemptedAt = clocks.monotonic();
      const why = await this.#attempt();
      if (why !== undefined) {
        this.#resign();
        return why;
      }
    }
    return undefined;
  }

  /** Lets the next leader begin at once. Call it when nothing is in flight any more. */
  async release(): Promise<void> {
    const { lease } = this.#candidate.observed ?? {};
    const wasLeader = this.isLeader;
    this.#resign();
    if (!wasLeader || lease === undefined) return;
    try {
      await this.#write({ ...lease, holder: '', durationMs: 1_000 }, lease);
    } catch (error) {
      this.#fail(error);
    }
  }

  #resign(): void {
    this.fence.close();
    this.#candidate = { ...this.#candidate, renewedAt: undefined };
  }

  async #pause(signal: AbortSignal): Promise<void> {
    const { times, clocks, sleep } = this.#options;
    const step = nextStep(this.#candidate, clocks.monotonic(), times);
    // Reading is cheap, and a lease that was released should not wait for long.
    const ms = times.retryMs / 2;
    await sleep(step.type === 'Wait' ? Math.min(step.ms, ms) : ms, signal);
  }

  /** One step. @returns why the lease is lost, if it is */
  async #attempt(): Promise<string | undefined> {
    const { clocks, times } = this.#options;
    try {
      // A leader knows its own Lease, and a write to another version of it is rejected.
      if (!this.isLeader) await this.#read();
      const step = nextStep(this.#candidate, clocks.monotonic(), times);
      if (step.type === 'StepDown') return step.why;
      if (step.type === 'Create') await this.#claim(undefined);
      else if (step.type === 'Acquire' || step.type === 'Renew') await this.#claim(step.lease);
    } catch (error) {
      this.#fail(error);
      if (isConflict(error) || isNotFound(error)) await this.#read().catch((failure) => this.#fail(failure));
    }
    if (!this.isLeader) return undefined;
    const step = nextStep(this.#candidate, clocks.monotonic(), times);
    return step.type === 'StepDown' ? step.why : undefined;
  }

  async #read(): Promise<void> {
    const { client, namespace, name } = this.#options;
    let lease: LeaseRecord | undefined;
    try {
      lease = readLease(await client.get<KubeObject>(LEASES, { namespace, name }));
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
    this.#note(lease);
  }

  async #claim(before: LeaseRecord | undefined): Promise<void> {
    const { identity, times, clocks, onRenewed } = this.#options;
    const sent = { monotonic: clocks.monotonic(), wall: clocks.wall() };
    const now = microTime(sent.wall);
    const isRenewal = before?.holder === identity && this.isLeader;
    const claim = {
      holder: identity,
      transitions: before === undefined ? 0 : before.transitions + (isRenewal ? 0 : 1),
      durationMs: times.leaseMs,
      renewTime: now,
      acquireTime: isRenewal ? before.acquireTime : now,
    };
    this.#note(await this.#write(claim, before));
    this.#candidate = { ...this.#candidate, renewedAt: sent.monotonic };
    this.fence.renewed(sent);
    onRenewed();
  }

  async #write(claim: Parameters<typeof leaseSpec>[0], before: LeaseRecord | undefined): Promise<LeaseRecord> {
    const { client, namespace, name, fieldManager } = this.#options;
    if (before === undefined) {
      const lease = renderLease(namespace, name, claim);
      return readLease(await client.createByApply<KubeObject>(LEASES, lease, { fieldManager }));
    }
    const patch = { metadata: { resourceVersion: before.resourceVersion }, spec: leaseSpec(claim) };
    return readLease(await client.mergePatch<KubeObject>(LEASES, { namespace, name }, patch, fieldManager));
  }

  #note(lease: LeaseRecord | undefined): void {
    const before = this.#candidate.observed?.lease?.holder;
    this.#candidate = observe(this.#candidate, lease, this.#options.clocks.monotonic());
    if (lease !== undefined && lease.holder !== before) this.#options.onHolder(lease.holder);
  }

  #fail(error: unknown): void {
    if (!(error instanceof KubeError)) throw error;
    this.#options.onFailure(error);
  }
}
