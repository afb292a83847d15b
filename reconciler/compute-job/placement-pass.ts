import type { NodeTable } from './node-table.ts';
import { type Ask, placeGang, type Shortage, usableRow } from './placement.ts';
import { type QueuePlace, queueOrder } from './queue-order.ts';

/** For how long others may go ahead of a job on nodes that it could use. */
export const PASSING_MS = 5 * 60_000;

/** A job that waits for nodes. */
export interface Waiting extends QueuePlace {
  readonly ask: Ask;
  /** When a later job first took a node that this one could have used; milliseconds on the clock of `now`. */
  readonly passedSince?: number;
}

export interface Wait {
  readonly shortage: Shortage;
  /** In the queue, from 1. */
  readonly position: number;
}

export interface PassResult {
  /** Nodes by key, for the jobs that leave the queue. */
  readonly placed: ReadonlyMap<string, readonly string[]>;
  /** Why, by key, for those that stay. */
  readonly waiting: ReadonlyMap<string, Wait>;
  /** Keys of jobs that others have gone ahead of for the first time. */
  readonly passed: readonly string[];
}

/** A job that stays and that nobody has gone ahead of yet. */
interface Unpassed {
  readonly key: string;
  readonly usable: (row: number) => boolean;
}

/**
 * One pass over the queue, in its order. What is placed is taken off the table's free amounts.
 *
 * A job that doesn't fit now, but would if other jobs were done, is at the head of the queue for the nodes that it could use:
 * later jobs may take them until it has been passed for five minutes, from then on they are kept for it. A job that couldn't
 * fit even then keeps nothing, for it would for ever.
 *
 * Guarantees: the same queue and table give the same result; a gang is placed whole or not at all.
 */
export function placementPass(table: NodeTable, queue: readonly Waiting[], now: number): PassResult {
  const placed = new Map<string, readonly string[]>();
  const waiting = new Map<string, Wait>();
  const passed: string[] = [];
  let unpassed: Unpassed[] = [];
  let kept: Uint8Array | undefined;
  // Of a thousand jobs that wait most are alike: what one can't have, the next can't either, until something changes.
  let hopeless = new Map<string, Shortage>();

  for (const { key, ask, passedSince } of [...queue].sort(queueOrder)) {
    const likeness = likenessOf(ask);
    const known = hopeless.get(likeness);
    const placement = known ? { shortage: known } : placeGang(table, ask, kept);
    if ('rows' in placement) {
      hopeless = new Map();
      const { rows } = placement;
      for (const row of rows) table.take(row, ask.requests);
      placed.set(
        key,
        rows.map((row) => table.nodes[row]!.name),
      );
      const overtaken = unpassed.filter(({ usable }) => rows.some(usable));
      passed.push(...overtaken.map((job) => job.key));
      unpassed = unpassed.filter((job) => !overtaken.includes(job));
      continue;
    }
    hopeless.set(likeness, placement.shortage);
    waiting.set(key, { shortage: placement.shortage, position: waiting.size + 1 });
    if (passedSince === undefined) unpassed.push({ key, usable: usableRow(table, ask) });
    else if (now - passedSince >= PASSING_MS) {
      kept = keep(table, ask, kept);
      hopeless = new Map();
    }
  }
  return { placed, waiting, passed };
}

/** The same for gangs that can be placed alike. */
function likenessOf({ avoided, ...ask }: Ask): string {
  return JSON.stringify([ask, [...avoided]]);
}

/** Adds every row that the gang could use, if those are enough for it. */
function keep(table: NodeTable, ask: Ask, kept: Uint8Array | undefined): Uint8Array | undefined {
  const usable = usableRow(table, ask);
  const more = Uint8Array.from(table.nodes, (_, row) => (usable(row) ? 1 : 0));
  if (more.reduce((sum, one) => sum + one, 0) < ask.count) return kept;
  return kept === undefined ? more : more.map((one, row) => one | kept[row]!);
}
