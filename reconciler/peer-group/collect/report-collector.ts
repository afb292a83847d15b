import { Agent as HttpAgent } from 'node:http';
import type { Agent as HttpsAgent } from 'node:https';
import { LABEL_TLS } from '../../../constructs/names.ts';
import { FairSemaphore } from '../../kube/fair-semaphore.ts';
import { splitKey } from '../../kube/object.ts';
import type { Report } from '../report.ts';
import type { Pod } from '../resources.ts';
import { agentFor, type ClientPolicy, policyKey } from '../tls/client-policy.ts';
import { fetchSummary } from './fetch-summary.ts';
import { Reporter } from './reporter.ts';
import { Shares } from './shares.ts';

export interface ReportCollectorOptions {
  /** Called when reports of a group's pods have changed. */
  readonly onChange: (group: string) => void;
  /** Monotonic milliseconds. */
  readonly now: () => number;
}

/** How long a peer may wait for a change, in seconds. */
const WAIT_SECONDS = 30;
/**
 * Maximum number of long polls, at 50 kB each. With more pods, all are polled in turn instead, and a lost link is noticed
 * only when its pod is polled.
 */
const MAX_WAITING = 5_000;
/** Requests per second when pods are polled in turn. */
const RATE = 200;
/** Concurrent requests, without long polls. */
const CONCURRENCY = 128;
/** Concurrent requests for the pods of one namespace; a pod that doesn't answer takes three seconds. */
const NAMESPACE_CONCURRENCY = 32;
/** Changed latencies alone trigger a reconcile at most this often, in milliseconds. */
const LATENCY_PERIOD_MS = 60_000;

interface FollowedGroup {
  /** By the pod's uid. */
  readonly reporters: Map<string, Reporter>;
  policy: { readonly key: string; readonly agent: HttpsAgent } | undefined;
  latencySeenAt: number;
}

/**
 * Collects the reports of pods by long polls, which peers answer when something changes.
 *
 * *Guarantees*: a pod that doesn't answer does not delay others; connections and requests are bounded, and so are the time and
 * memory that the pods of one namespace take ({@link Reporter}, {@link Shares}, {@link FairSemaphore}).
 */
export class ReportCollector {
  readonly #options: ReportCollectorOptions;
  readonly #groups = new Map<string, FollowedGroup>();
  readonly #byUid = new Map<string, Reporter>();
  readonly #plain = new HttpAgent({ keepAlive: true });
  readonly #slots = new FairSemaphore(CONCURRENCY, NAMESPACE_CONCURRENCY);
  readonly #shares: Shares;

  constructor(options: ReportCollectorOptions) {
    this.#options = options;
    this.#shares = new Shares(options.now);
  }

  /** Number of pods whose reports are collected. */
  get size(): number {
    return this.#byUid.size;
  }

  /** What the pod with this uid last reported. */
  reportOf(uid: string): Report | undefined {
    const reporter = this.#byUid.get(uid);
    return reporter?.summary && { summary: reporter.summary, fresh: reporter.isFresh };
  }

  /**
   * Sets the pods of a group.
   *
   * @param policy how to connect to pods with TLS; undefined: not at all
   */
  follow(name: string, pods: readonly Pod[], policy: ClientPolicy | undefined): void {
    const group = this.#groups.get(name) ?? { reporters: new Map(), policy: undefined, latencySeenAt: 0 };
    this.#usePolicy(group, policy);
    const current = new Set<string>();
    for (const pod of pods) {
      const { uid } = pod.metadata;
      const address = pod.status.podIP;
      if (uid === undefined || address === undefined || pod.status.phase !== 'Running') continue;
      const speaksTls = pod.metadata.labels?.[LABEL_TLS] !== undefined;
      if (speaksTls && policy === undefined) continue;
      current.add(uid);
      if (group.reporters.get(uid)?.address !== address) this.#followPod(name, group, uid, address, speaksTls);
    }
    for (const uid of group.reporters.keys()) if (!current.has(uid)) this.#forgetPod(group, uid);
    if (current.size > 0) this.#groups.set(name, group);
    else this.forget(name);
  }

  /** The group is gone. */
  forget(name: string): void {
    const group = this.#groups.get(name);
    if (group === undefined) return;
    for (const uid of [...group.reporters.keys()]) this.#forgetPod(group, uid);
    group.policy?.agent.destroy();
    this.#groups.delete(name);
  }

  close(): void {
    for (const name of [...this.#groups.keys()]) this.forget(name);
    this.#plain.destroy();
  }

  #usePolicy(group: FollowedGroup, policy: ClientPolicy | undefined): void {
    const key = policy && policyKey(policy);
    if (key === group.policy?.key) return;
    // Requests on the previous connections are repeated on new ones.
    const former = group.policy?.agent;
    group.policy = policy && { key: key!, agent: agentFor(policy) };
    former?.destroy();
  }

  #followPod(name: string, group: FollowedGroup, uid: string, address: string, speaksTls: boolean): void {
    this.#forgetPod(group, uid);
    const { now, onChange } = this.#options;
    const { namespace = '' } = splitKey(name);
    const reporter = new Reporter({
      address,
      agent: () => (speaksTls && group.policy ? { https: group.policy.agent } : { http: this.#plain }),
      fetch: fetchSummary,
      waitSeconds: () => (this.size <= MAX_WAITING ? WAIT_SECONDS : 0),
      periodMs: () => Math.max(5_000, (this.size / RATE) * 1_000),
      inTurn: (request) => this.#slots.run({ kind: 'pods', namespace }, request),
      share: this.#shares.open(namespace),
      now,
      onChange: () => onChange(name),
      onLatency: () => {
        if (now() - group.latencySeenAt < LATENCY_PERIOD_MS) return;
        group.latencySeenAt = now();
        onChange(name);
      },
    });
    group.reporters.set(uid, reporter);
    this.#byUid.set(uid, reporter);
  }

  #forgetPod(group: FollowedGroup, uid: string): void {
    group.reporters.get(uid)?.close();
    group.reporters.delete(uid);
    this.#byUid.delete(uid);
  }
}
