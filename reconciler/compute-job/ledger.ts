import { isDeepStrictEqual } from 'node:util';
import type { Amounts } from '../compute-node/amounts.ts';
import type { Taint } from './eligibility.ts';
import { NodeTable } from './node-table.ts';

/** A ComputeNode and its Node, as far as placement asks. */
export interface LedgerNode {
  readonly name: string;
  /** Labels of the ComputeNode. */
  readonly labels: Readonly<Record<string, string>>;
  /** Of the Node; a cordon is one of them. */
  readonly taints: readonly Taint[];
  /** Its state is Running. */
  readonly running: boolean;
  /** It takes no new jobs, whatever they tolerate. */
  readonly unschedulable: boolean;
  /** What the Node can allocate to pods. */
  readonly allocatable: Amounts;
  /** What of it jobs may use. */
  readonly capacity: Amounts;
}

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
  readonly #nodes = new Map<string, LedgerNode>();
  readonly #pods = new Map<string, LedgerPod>();
  readonly #podsOfNode = new Map<string, Set<string>>();
  readonly #podsOfJob = new Map<string, Set<string>>();
  #table: NodeTable | undefined;
  readonly #changed = new Set<string>();
  readonly #onAllocated: (node: string) => void;

  /** @param onAllocated told whenever what jobs hold of a node may have changed */
  constructor(onAllocated: (node: string) => void = () => {}) {
    this.#onAllocated = onAllocated;
  }

  /** @returns whether this was news */
  setNode(node: LedgerNode): boolean {
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
    add(this.#podsOfNode, pod.node, key);
    if (pod.job !== undefined) add(this.#podsOfJob, pod.job, key);
    this.#touch(pod);
  }

  removePod(key: string): void {
    const pod = this.#pods.get(key);
    if (pod === undefined) return;
    this.#pods.delete(key);
    remove(this.#podsOfNode, pod.node, key);
    if (pod.job !== undefined) remove(this.#podsOfJob, pod.job, key);
    this.#touch(pod);
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
    const { ours, jobs } = this.#sums(node);
    return { amounts: ours, jobs: [...jobs].sort() };
  }

  /** The nodes in columns, up to date; good until the ledger changes. */
  table(): NodeTable {
    if (this.#table === undefined) {
      this.#table = new NodeTable([...this.#nodes.values()]);
      for (const name of this.#nodes.keys()) this.#changed.add(name);
    }
    for (const name of this.#changed) {
      const { ours, others } = this.#sums(name);
      this.#table.setUse(name, ours, others);
    }
    this.#changed.clear();
    return this.#table;
  }

  #touch({ node, job }: LedgerPod): void {
    this.#changed.add(node);
    if (job !== undefined) this.#onAllocated(node);
  }

  #sums(node: string) {
    const ours: Record<string, number> = {};
    const others: Record<string, number> = {};
    const jobs = new Set<string>();
    for (const key of this.#podsOfNode.get(node) ?? []) {
      const { requests, job } = this.#pods.get(key)!;
      const sum = job === undefined ? others : ours;
      for (const resource in requests) sum[resource] = (sum[resource] ?? 0) + requests[resource]!;
      if (job !== undefined) jobs.add(job);
    }
    return { ours, others, jobs };
  }
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
