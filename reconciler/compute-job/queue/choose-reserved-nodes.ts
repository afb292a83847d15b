import { fits, type NodeTable, shortBy } from './node-table.ts';
import { type GangRequest, usableRow } from './place-gang.ts';

export interface Reservation {
  /** As many as the gang wants. */
  readonly rows: readonly number[];
  /** How many of them it could use now. */
  readonly ready: number;
}

/**
 * The nodes that a gang which doesn't fit now is most likely to get: as many as it wants, first those that it could use now, then
 * those that lack least. So a node that it could use now is never given up for one that lacks more.
 *
 * @param reservedRows by row: 1 for a node that is reserved for a job ahead in the queue
 * @param skip number of lacking nodes to leave out, because waiting for them has timed out
 * @returns undefined when too few nodes would be usable even if no other job used them
 */
export function chooseReservedNodes(
  table: NodeTable,
  request: GangRequest,
  reservedRows: Uint8Array | undefined,
  skip: number,
): Reservation | undefined {
  const { rows } = table.eligible(request);
  const usable = usableRow(table, request);
  const demand = table.demand(request.requests, 'free');
  const ready: number[] = [];
  const lacking: { readonly row: number; readonly by: number }[] = [];
  for (const row of rows) {
    if (reservedRows?.[row] || !usable(row)) continue;
    if (fits(demand, row)) ready.push(row);
    else lacking.push({ row, by: shortBy(demand, row) });
  }
  if (ready.length + lacking.length < request.count) return undefined;
  const missing = Math.max(0, request.count - ready.length);
  lacking.sort((a, b) => a.by - b.by || a.row - b.row);
  const start = missing === 0 ? 0 : skip % Math.max(1, lacking.length - missing + 1);
  return {
    rows: [...ready.slice(0, request.count), ...lacking.slice(start, start + missing).map(({ row }) => row)],
    ready: Math.min(ready.length, request.count),
  };
}
