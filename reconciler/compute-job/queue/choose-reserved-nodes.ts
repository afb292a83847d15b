import { fits, type NodeTable, shortBy } from './node-table.ts';
import { type Ask, usableRow } from './place-gang.ts';

export interface Reservation {
  /** As many as the gang wants. */
  readonly rows: readonly number[];
  /** How many of them it could use right now. */
  readonly ready: number;
}

/**
 * The nodes that a gang which doesn't fit now is most likely to get: as many as it wants, those it could use right now first,
 * then those that lack least for it. What is taken for it now is therefore never given up for a node that lacks more.
 *
 * @param taken by row: 1 for a node that is reserved for a job ahead in the queue
 * @param skip number of nodes to leave out of those that lack something, because waiting for them has led to nothing
 * @returns undefined when there are too few nodes that it could use even if no job held anything of them
 */
export function reserve(
  table: NodeTable,
  ask: Ask,
  taken: Uint8Array | undefined,
  skip: number,
): Reservation | undefined {
  const { rows } = table.eligible(ask);
  const usable = usableRow(table, ask);
  const demand = table.demand(ask.requests, 'free');
  const ready: number[] = [];
  const lacking: { readonly row: number; readonly by: number }[] = [];
  for (const row of rows) {
    if (taken?.[row] || !usable(row)) continue;
    if (fits(demand, row)) ready.push(row);
    else lacking.push({ row, by: shortBy(demand, row) });
  }
  if (ready.length + lacking.length < ask.count) return undefined;
  const missing = Math.max(0, ask.count - ready.length);
  lacking.sort((a, b) => a.by - b.by || a.row - b.row);
  const start = missing === 0 ? 0 : skip % Math.max(1, lacking.length - missing + 1);
  return {
    rows: [...ready.slice(0, ask.count), ...lacking.slice(start, start + missing).map(({ row }) => row)],
    ready: Math.min(ready.length, ask.count),
  };
}
