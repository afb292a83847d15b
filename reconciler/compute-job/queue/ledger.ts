import { isDeepStrictEqual } from 'node:util';
import type { NodeFacts } from '../../compute-node/node-facts.ts';
import { type Amounts, emptyAmounts } from '../../node-resources/amounts.ts';
import { NodeTable } from './node-table.ts';

/** What one pod takes of its node, be it there already or only decided on. */
export interface LedgerPod {
  readonly node: string;
  readonly requests: Amounts;
  /** Key of the ComputeJob; undefined: somebody else's pod. */
  readonly job?: string | undefined;
}

/**
 * Who takes how much of which node: every pod that holds something, whoever made it, by namespace/name. A gang's pods are
 * entered when its nodes are chosen; the pods themselves, when they show up, take their own entries' places.
 */
export class Ledger {
  readonly #nodes = new Map<string, NodeFacts>();
  readonly #pods = new Map<string, LedgerPod>();
  readonly #sums = new Map<string, NodeSums>();
  readonly #podsOfJob = new Map<string, Set<string>>();
  #table: NodeTable | undefined;
  readonly #changed = new Set<string>();
  readonly #onAllocated: (node: string) => void;

  /** @param onAllocated told whenever what jobs hold of a node may have changed */
  constructor(onAllocated: (node: string) => void = () => {}) {
    this.#onAllocated = onAllocated;
  }

  /** @returns whether this was news */
  setNode(node: NodeFacts): boolean {
    if (isDeepStrictEqual(node, this.#nodes.get(node.name))) return false;
    this.#nodes.set(node.name, node);
    this.#table = undefined;
    return true;
  }

  removeNode(name: string): boolean {
    const known = this.#nodes.delete(name);
    if (known) this.#table = undefined;
    return known;
  }

  setPod(key: string, pod: LedgerPod): void {
    if (isDeepStrictEqual(pod, this.#pods.get(key))) return;
    this.removePod(key);
    this.#pods.set(key, pod);
    if (pod.job !== undefined) add(this.#podsOfJob, pod.job, key);
    this.#count(pod, 1);
  }

  removePod(key: string): void {
    const pod = this.#pods.get(key);
    if (pod === undefined) return;
    this.#pods.delete(key);
    if (pod.job !== undefined) remove(this.#podsOfJob, pod.job, key);
    this.#count(pod, -1);
  }

  hasPod(key: string): boolean {
    return this.#pods.has(key);
  }

  /** Keys of the entries of a job. */
  podsOf(job: string): readonly string[] {
    return [...(this.#podsOfJob.get(job) ?? [])];
  }

  /** What jobs hold of a node, and which jobs. */
  allocated(node: string): { readonly amounts: Amounts; readonly jobs: readonly string[] } {
    const { ours, jobs } = this.#sums.get(node) ?? newSums();
    return { amounts: { ...ours }, jobs: [...jobs.keys()].sort() };
  }

  /** The nodes in columns, up to date; good until the ledger changes. */
  table(): NodeTable {
    if (this.#table === undefined) {
      this.#table = new NodeTable([...this.#nodes.values()]);
      for (const name of this.#nodes.keys()) this.#changed.add(name);
    }
    for (const name of this.#changed) {
      const { ours, others } = this.#sums.get(name) ?? newSums();
      this.#table.setUse(name, ours, others);
    }
    this.#changed.clear();
    return this.#table;
  }

  /** Adds a pod to the sums of its node, or with -1 takes it off. Amounts are whole numbers: nothing is lost by rounding. */
  #count({ node, requests, job }: LedgerPod, sign: 1 | -1): void {
    const sums = this.#sums.get(node) ?? newSums();
    this.#sums.set(node, sums);
    const sum = job === undefined ? sums.others : sums.ours;
    for (const resource in requests) {
      const amount = (sum[resource] ?? 0) + sign * requests[resource]!;
      if (amount === 0) delete sum[resource];
      else sum[resource] = amount;
    }
    sums.pods += sign;
    if (job !== undefined) {
      const pods = (sums.jobs.get(job) ?? 0) + sign;
      if (pods > 0) sums.jobs.set(job, pods);
      else sums.jobs.delete(job);
    }
    if (sums.pods === 0) this.#sums.delete(node);
    this.#changed.add(node);
    if (job !== undefined) this.#onAllocated(node);
  }
}

/** What the pods of one node hold of it. */
interface NodeSums {
  readonly ours: Record<string, number>;
  readonly others: Record<string, number>;
  /** Number of pods by job. */
  readonly jobs: Map<string, number>;
  pods: number;
}

function newSums(): NodeSums {
  return { ours: emptyAmounts(), others: emptyAmounts(), jobs: new Map(), pods: 0 };
}

function add(sets: Map<string, Set<string>>, name: string, key: string): void {
  const set = sets.get(name);
  if (set) set.add(key);
  else sets.set(name, new Set([key]));
}

function remove(sets: Map<string, Set<string>>, name: string, key: string): void {
  const set = sets.get(name);
  set?.delete(key);
  if (set?.size === 0) sets.delete(name);
}
