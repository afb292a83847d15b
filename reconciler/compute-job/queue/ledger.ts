import { isDeepStrictEqual } from 'node:util';
import type { NodeFacts } from '../../compute-node/node-facts.ts';
import { type Amounts, emptyAmounts } from '../../node-resources/amounts.ts';
import { NodeTable } from './node-table.ts';

/** What one pod uses of its node, whether it exists or was only assigned. */
export interface LedgerPod {
  readonly node: string;
  readonly requests: Amounts;
  /** Key of the ComputeJob; undefined: the pod belongs to no job. */
  readonly job?: string | undefined;
}

/**
 * How much each pod of the cluster uses of which node, by namespace/name, no matter who created it. The pods of a gang are added when
 * its nodes are chosen (as kube-scheduler assumes pods); the pods themselves replace these entries.
 */
export class Ledger {
  readonly #nodes = new Map<string, NodeFacts>();
  readonly #pods = new Map<string, LedgerPod>();
  readonly #sums = new Map<string, NodeSums>();
  readonly #podsOfJob = new Map<string, Set<string>>();
  #table: NodeTable | undefined;
  readonly #changed = new Set<string>();
  readonly #onAllocated: (node: string) => void;

  /** @param onAllocated called when what jobs use of a node may have changed */
  constructor(onAllocated: (node: string) => void = () => {}) {
    this.#onAllocated = onAllocated;
  }

  /** @returns whether something changed */
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

  /** What jobs use of a node, and which jobs. */
  allocated(node: string): { readonly amounts: Amounts; readonly jobs: readonly string[] } {
    const { ours, jobs } = this.#sums.get(node) ?? newSums();
    return { amounts: { ...ours }, jobs: [...jobs.keys()].sort() };
  }

  /** The nodes in columns, up to date. Valid until the ledger changes. */
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

  /** Adds a pod to the sums of its node, or subtracts it with -1. Amounts are whole numbers: nothing is lost by rounding. */
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

/** What the pods of one node use of it. */
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
