import type { Amounts } from '../../node-resources/amounts.ts';
import { fits, type NodeTable, type Shape } from './node-table.ts';

/** What a gang asks for. */
export interface Ask extends Shape {
  /** Of each of its pods, `pods: 1` included. */
  readonly requests: Amounts;
  /** Number of nodes, a pod on each. */
  readonly count: number;
  /** Nodes to take first, in this order: where it ran before. */
  readonly preferred: readonly string[];
  /** Nodes not to take: where it has a pod already, or where its pods weren't let in. */
  readonly avoided: ReadonlySet<string>;
}

/** Why there was no placement, in numbers: each counts the nodes that pass its question and all before it. */
export interface Shortage {
  readonly wanted: number;
  readonly matching: number;
  readonly running: number;
  readonly open: number;
  readonly fitting: number;
  /** How many of the fitting ones the gang avoids. */
  readonly avoided: number;
  /** How many of the others are reserved for a job ahead of it in the queue. */
  readonly kept: number;
}

export type Placement = { readonly rows: readonly number[] } | { readonly shortage: Shortage };

/**
 * Nodes for a gang: all that it asks for or none, never two of its pods on one node, never more on a node than is free.
 *
 * The preferred ones come first, then by name: that fills nodes one after the other and leaves whole ones for wide gangs, and
 * the same input gives the same nodes. Pods that request nothing go where there is room for most pods: nobody knows what they
 * will use, and by name all of them would be on one node.
 *
 * @param keptFor by row: 1 for a node that is reserved for a job ahead in the queue
 */
export function placeGang(table: NodeTable, ask: Ask, keptFor?: Uint8Array): Placement {
  const { isOpen, rows: byName, ...counts } = table.eligible(ask);
  const demand = table.demand(ask.requests, 'free');
  const open = requestsNothing(ask.requests) ? table.byRoomForPods(byName) : byName;
  const chosen: number[] = [];
  let [fitting, avoided, kept] = [0, 0, 0];
  const consider = (row: number) => {
    fitting++;
    if (ask.avoided.size > 0 && ask.avoided.has(table.nodes[row]!.name)) avoided++;
    else if (keptFor?.[row]) kept++;
    else chosen.push(row);
  };

  const preferred = new Set(ask.preferred.map((name) => table.row(name)).filter((row) => row !== undefined));
  for (const row of preferred) if (isOpen[row] && fits(demand, row)) consider(row);
  for (let i = 0; i < open.length && chosen.length < ask.count; i++) {
    const row = open[i]!;
    if (fits(demand, row) && !preferred.has(row)) consider(row);
  }
  if (chosen.length >= ask.count) return { rows: chosen.slice(0, ask.count) };
  return { shortage: { wanted: ask.count, ...counts, fitting, avoided, kept } };
}

/** Of what every pod takes, one of the resource `pods`, it takes nothing else. */
function requestsNothing(requests: Amounts): boolean {
  for (const resource in requests) if (resource !== 'pods' && requests[resource]! > 0) return false;
  return true;
}

/** Whether the gang could use a row if no job held anything of it. */
export function usableRow(table: NodeTable, ask: Ask): (row: number) => boolean {
  const { isOpen } = table.eligible(ask);
  const demand = table.demand(ask.requests, 'offered');
  return (row) => isOpen[row] === 1 && fits(demand, row) && !ask.avoided.has(table.nodes[row]!.name);
}
