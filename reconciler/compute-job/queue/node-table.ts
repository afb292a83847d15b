import { createHash } from 'node:crypto';
import type { NodeFacts } from '../../compute-node/node-facts.ts';
import { type Amounts, amountIn } from '../../node-resources/amounts.ts';
import { type Toleration, tolerates } from '../../node-resources/taints.ts';
import { ByteCache } from './byte-cache.ts';

/** Which nodes jobs with one filter may use, and how many nodes pass each step of it. */
export interface Eligible {
  /** By row, 1: matches, Running, and neither cordoned nor tainted. */
  readonly isSchedulable: Uint8Array;
  /** Those rows, in order. */
  readonly rows: Uint32Array;
  readonly matching: number;
  readonly running: number;
  readonly schedulable: number;
}

/** What of a job decides which nodes it may use. */
export interface NodeFilter {
  readonly nodeSelector: Readonly<Record<string, string>>;
  readonly tolerations: readonly Toleration[];
  /** {@link eligibilityKey} of both. */
  readonly eligibilityKey: string;
}

/** Nodes with room for more pods than this are treated alike. */
const MAX_ROOM = 1_023;
const NONE = new Float64Array(0);
/** Enough for 1,000 filters on 5,000 nodes. */
const MAX_ELIGIBLE_BYTES = 32 * 2 ** 20;

/**
 * Nodes as columns, one row each in the order of their names: every placement pass checks 5,000 nodes for 1,000 jobs, and columns of
 * numbers are what a processor reads fastest.
 *
 * For every resource there is what a node offers to jobs (the smaller of its capacity and what other pods leave), and how much of that
 * is free (without the pods of jobs).
 */
export class NodeTable {
  readonly nodes: readonly NodeFacts[];
  readonly #rows: ReadonlyMap<string, number>;
  readonly #offered = new Map<string, Float64Array>();
  readonly #free = new Map<string, Float64Array>();
  readonly #eligible = new ByteCache<Eligible>(MAX_ELIGIBLE_BYTES);

  constructor(nodes: readonly NodeFacts[]) {
    this.nodes = [...nodes].sort((a, b) => (a.name < b.name ? -1 : 1));
    this.#rows = new Map(this.nodes.map((node, row) => [node.name, row]));
    for (const resource of new Set(nodes.flatMap((node) => Object.keys(node.allocatable)))) {
      this.#offered.set(resource, new Float64Array(nodes.length));
      this.#free.set(resource, new Float64Array(nodes.length));
    }
  }

  /** Size of the cached filters. */
  get cachedBytes(): number {
    return this.#eligible.bytes;
  }

  /** Row of a node; undefined when no node has this name. */
  row(name: string): number | undefined {
    return this.#rows.get(name);
  }

  /** Sets what pods use of a node: those of jobs and all others. */
  setUse(name: string, ours: Amounts, others: Amounts): void {
    const row = this.#rows.get(name);
    if (row === undefined) return;
    const { allocatable, capacity } = this.nodes[row]!;
    for (const [resource, free] of this.#free) {
      const left = amountIn(allocatable, resource) - amountIn(others, resource);
      const offered = Math.min(amountIn(capacity, resource), left);
      this.#offered.get(resource)![row] = offered;
      free[row] = offered - amountIn(ours, resource);
    }
  }

  /** Subtracts what a pod requests from what is free. */
  take(row: number, requests: Amounts): void {
    for (const resource in requests) {
      const free = this.#free.get(resource);
      if (free) free[row] = free[row]! - requests[resource]!;
    }
  }

  /** The requested amounts, each with the column of what is free, or what would be free without any job. */
  demand(requests: Amounts, of: 'free' | 'offered'): Demand {
    const columns = of === 'free' ? this.#free : this.#offered;
    const asked = Object.entries(requests).filter(([, amount]) => amount > 0);
    return {
      amounts: asked.map(([, amount]) => amount),
      columns: asked.map(([resource]) => columns.get(resource) ?? NONE),
    };
  }

  /** These rows, those with room for most pods first, otherwise in their order. A counting sort, because it is called often. */
  byRoomForPods(rows: Uint32Array): Uint32Array {
    const free = this.#free.get('pods');
    if (free === undefined) return rows;
    const room = (row: number) => Math.max(0, Math.min(MAX_ROOM, free[row]!));
    const starts = new Uint32Array(MAX_ROOM + 2);
    for (const row of rows) starts[MAX_ROOM - room(row) + 1]!++;
    for (let i = 1; i < starts.length; i++) starts[i]! += starts[i - 1]!;
    const sorted = new Uint32Array(rows.length);
    for (const row of rows) sorted[starts[MAX_ROOM - room(row)]!++] = row;
    return sorted;
  }

  /** Rows that jobs with this filter may use; cached, because many jobs share a filter. */
  eligible(filter: NodeFilter): Eligible {
    const key = filter.eligibilityKey;
    const known = this.#eligible.get(key);
    if (known) return known;
    const isSchedulable = new Uint8Array(this.nodes.length);
    let [matching, running, schedulable] = [0, 0, 0];
    for (const [row, node] of this.nodes.entries()) {
      if (!matches(filter.nodeSelector, node.labels)) continue;
      matching++;
      if (!node.running) continue;
      running++;
      if (node.unschedulable || !tolerates(filter.tolerations, node.taints)) continue;
      schedulable++;
      isSchedulable[row] = 1;
    }
    const rows = Uint32Array.from(isSchedulable.keys()).filter((row) => isSchedulable[row] === 1);
    const eligible = { isSchedulable, rows, matching, running, schedulable };
    this.#eligible.set(key, eligible, isSchedulable.byteLength + rows.byteLength);
    return eligible;
  }
}

/** The same for equal filters. Long ones are hashed: to V8 equally long strings have one hash, which makes them slow keys. */
export function eligibilityKey({ nodeSelector, tolerations }: Omit<NodeFilter, 'eligibilityKey'>): string {
  const text = JSON.stringify([nodeSelector, tolerations]);
  return text.length <= 1_024 ? text : createHash('sha256').update(text).digest('base64');
}

function matches(selector: NodeFilter['nodeSelector'], labels: Readonly<Record<string, string>>): boolean {
  for (const key in selector) if (!Object.hasOwn(labels, key) || labels[key] !== selector[key]) return false;
  return true;
}

/** Requested amounts, and the column of each. */
export interface Demand {
  readonly amounts: readonly number[];
  readonly columns: readonly Float64Array[];
}

/** Whether this row has every amount. The column of a resource that no node has is empty, so it never fits. */
export function fits({ amounts, columns }: Demand, row: number): boolean {
  for (let i = 0; i < amounts.length; i++) if (!(columns[i]![row]! >= amounts[i]!)) return false;
  return true;
}

/** How much a row lacks: the sum, over the resources, of the missing part of the requested amount. */
export function shortBy({ amounts, columns }: Demand, row: number): number {
  let sum = 0;
  for (let i = 0; i < amounts.length; i++) sum += Math.max(0, amounts[i]! - (columns[i]![row] ?? 0)) / amounts[i]!;
  return sum;
}
