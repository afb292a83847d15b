import type { Amounts } from '../../node-resources/amounts.ts';
import { fits, type NodeTable } from './node-table.ts';
import type { PlacementRequest } from './placement-request.ts';

/** What of a request decides which nodes it gets. */
export type GangRequest = Omit<PlacementRequest, 'id' | 'key' | 'priority' | 'created' | 'attempt' | 'firstIndex'>;

/** Why a request could not be placed: each number counts the nodes that pass this step and all before it. */
export interface Shortage {
  readonly wanted: number;
  readonly matching: number;
  readonly running: number;
  readonly schedulable: number;
  readonly fitting: number;
  /** How many of the fitting nodes the request avoids. */
  readonly avoided: number;
  /** How many of the others are reserved for jobs ahead of it in the queue. */
  readonly reserved: number;
}

export type Placement = { readonly rows: readonly number[] } | { readonly shortage: Shortage };

/**
 * Chooses nodes for a gang: all that it requests or none, never two of its pods on one node, never more of a node than is free.
 *
 * Preferred nodes come first, then all others by name: this fills one node after the other and leaves whole nodes for gangs of
 * large pods, and the same input gives the same nodes. Pods that request nothing go where there is room for most pods: what they
 * will use is not known, and by name all of them would get the same node.
 *
 * @param reservedRows by row: 1 for a node that is reserved for a job ahead in the queue
 */
export function placeGang(table: NodeTable, request: GangRequest, reservedRows?: Uint8Array): Placement {
  const { isSchedulable, rows: byName, ...counts } = table.eligible(request);
  const demand = table.demand(request.requests, 'free');
  const rows = requestsNothing(request.requests) ? table.byRoomForPods(byName) : byName;
  const chosen: number[] = [];
  let [fitting, avoided, reserved] = [0, 0, 0];
  const consider = (row: number) => {
    fitting++;
    if (request.avoided.size > 0 && request.avoided.has(table.nodes[row]!.name)) avoided++;
    else if (reservedRows?.[row]) reserved++;
    else chosen.push(row);
  };

  const preferred = new Set(request.preferred.map((name) => table.row(name)).filter((row) => row !== undefined));
  for (const row of preferred) if (isSchedulable[row] && fits(demand, row)) consider(row);
  for (let i = 0; i < rows.length && chosen.length < request.count; i++) {
    const row = rows[i]!;
    if (fits(demand, row) && !preferred.has(row)) consider(row);
  }
  if (chosen.length >= request.count) return { rows: chosen.slice(0, request.count) };
  return { shortage: { wanted: request.count, ...counts, fitting, avoided, reserved } };
}

/** Whether it requests only what every pod takes: one of the resource `pods`. */
function requestsNothing(requests: Amounts): boolean {
  for (const resource in requests) if (resource !== 'pods' && requests[resource]! > 0) return false;
  return true;
}

/** Whether the gang could use a row if no other job used any of it. */
export function usableRow(table: NodeTable, request: GangRequest): (row: number) => boolean {
  const { isSchedulable } = table.eligible(request);
  const demand = table.demand(request.requests, 'offered');
  return (row) => isSchedulable[row] === 1 && fits(demand, row) && !request.avoided.has(table.nodes[row]!.name);
}
