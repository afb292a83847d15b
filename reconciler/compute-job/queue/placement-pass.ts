import { splitKey } from '../../kube/object.ts';
import { reserve } from './choose-reserved-nodes.ts';
import type { NodeTable } from './node-table.ts';
import { type Ask, placeGang, type Shortage, usableRow } from './place-gang.ts';
import { type QueuePlace, queueOrder } from './queue-order.ts';

/** A pass sets nodes aside for at most so many jobs; those at the front of the queue. */
const MAX_RESERVATIONS = 64;

/** Gangs with more nodes than this to prefer or to avoid are not compared with others. */
const MAX_NAMES = 32;

/** A job that waits for nodes. */
export interface Waiting extends QueuePlace {
  readonly ask: Ask;
  /** Whether others have gone ahead of it on nodes that it could have used. */
  readonly passed: boolean;
  /** Whether nodes may be reserved for it, if it is the first of its namespace for which they may. */
  readonly mayReserve: boolean;
  /** How often it had nodes reserved that did not become free for it in time. */
  readonly stalls: number;
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
  /** Jobs that nodes are reserved for, and how many of those they could use now. */
  readonly reserved: ReadonlyMap<string, number>;
}

/** A job that stays and that nobody has gone ahead of yet. */
interface Unpassed {
  readonly key: string;
  readonly usable: (row: number) => boolean;
}

/**
 * One pass over the queue, in its order. What is placed is taken off the table's free amounts.
 *
 * A job that doesn't fit now, but would if other jobs were done, may have nodes reserved: as many as it wants, the likeliest
 * ones. Jobs behind it get every other node. One namespace has nodes reserved for one job at a time.
 *
 * Guarantees: the same queue and table give the same result; a gang is placed whole or not at all; whoever stays in the queue
 * does not fit on the nodes that are not reserved for jobs ahead of it.
 */
export function placementPass(table: NodeTable, queue: readonly Waiting[]): PassResult {
  const placed = new Map<string, readonly string[]>();
  const waiting = new Map<string, Wait>();
  const passed: string[] = [];
  const reserved = new Map<string, number>();
  const reservedFor = new Set<string>();
  let unpassed: Unpassed[] = [];
  let kept: Uint8Array | undefined;
  // Of a thousand jobs that wait most are alike: what one can't have, the next can't either, until something changes.
  let hopeless = new Map<string, Shortage>();

  for (const { key, ask, passed: wasPassed, mayReserve, stalls } of [...queue].sort(queueOrder)) {
    const likeness = likenessOf(ask);
    const known = likeness === undefined ? undefined : hopeless.get(likeness);
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
    if (likeness !== undefined) hopeless.set(likeness, placement.shortage);
    waiting.set(key, { shortage: placement.shortage, position: waiting.size + 1 });
    if (!wasPassed) unpassed.push({ key, usable: usableRow(table, ask) });
    const namespace = namespaceOf(key);
    if (!mayReserve || reservedFor.has(namespace) || reserved.size >= MAX_RESERVATIONS) continue;
    const reservation = reserve(table, ask, kept, stalls * ask.count);
    if (reservation === undefined) continue;
    kept ??= new Uint8Array(table.nodes.length);
    for (const row of reservation.rows) kept[row] = 1;
    reserved.set(key, reservation.ready);
    reservedFor.add(namespace);
    hopeless = new Map();
  }
  return { placed, waiting, passed, reserved };
}

/** The same for gangs that can be placed alike; undefined: it is not worth comparing (long keys are slow). */
function likenessOf({ key, requests, count, preferred, avoided }: Ask): string | undefined {
  if (preferred.length + avoided.size > MAX_NAMES) return undefined;
  return JSON.stringify([key, requests, count, preferred, [...avoided]]);
}

/** Of the job with this key. */
export function namespaceOf(key: string): string {
  return splitKey(key).namespace ?? '';
}
