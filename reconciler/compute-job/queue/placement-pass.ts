import { chooseReservedNodes } from './choose-reserved-nodes.ts';
import type { NodeTable } from './node-table.ts';
import { placeGang, type Shortage, usableRow } from './place-gang.ts';
import type { PlacementRequest } from './placement-request.ts';
import { namespaceOf, queueOrder } from './queue-order.ts';

/** One pass reserves nodes for at most this many jobs: the first ones in the queue. */
const MAX_RESERVATIONS = 64;

/** Requests that prefer or avoid more nodes than this are not compared with others. */
const MAX_NAMES = 32;

/** A request in the queue, and what earlier passes mean for it. */
export interface QueuedRequest {
  readonly request: PlacementRequest;
  /** Whether jobs behind it were placed on nodes that it could have used. */
  readonly wasBypassed: boolean;
  /** Whether nodes may be reserved for it, if it is the first such job of its namespace. */
  readonly mayReserve: boolean;
  /** How many of its reservations have timed out. */
  readonly stalls: number;
}

/** Why a job is still in the queue. */
export interface QueueStatus {
  readonly shortage: Shortage;
  /** Place in the queue, from 1. */
  readonly position: number;
}

export interface PassResult {
  /** Chosen nodes, by the key of the job. These jobs leave the queue. */
  readonly placed: ReadonlyMap<string, readonly string[]>;
  /** Why the other jobs stay, by key. */
  readonly waiting: ReadonlyMap<string, QueueStatus>;
  /** Keys of jobs that were bypassed for the first time. */
  readonly bypassed: readonly string[];
  /** Keys of jobs that nodes are reserved for, and how many of these nodes they could use now. */
  readonly reserved: ReadonlyMap<string, number>;
}

/** A job that stays in the queue and was not bypassed yet. */
interface NotBypassed {
  readonly key: string;
  readonly usable: (row: number) => boolean;
}

/**
 * One pass over the queue, in its order, with backfilling: jobs that fit are placed even if jobs ahead of them don't fit. What is
 * placed is subtracted from the table's free amounts.
 *
 * A job that doesn't fit now, but would once other jobs have finished, may have nodes reserved: as many as it wants, those that it
 * is most likely to get. Jobs behind it may use all other nodes. One namespace has nodes reserved for one job at a time.
 *
 * Guarantees: the same queue and table give the same result; a gang is placed completely or not at all; a job that stays in the
 * queue doesn't fit on the nodes that are not reserved for jobs ahead of it.
 */
export function placementPass(table: NodeTable, queue: readonly QueuedRequest[]): PassResult {
  const placed = new Map<string, readonly string[]>();
  const waiting = new Map<string, QueueStatus>();
  const bypassed: string[] = [];
  const reserved = new Map<string, number>();
  const namespacesWithReservation = new Set<string>();
  let notBypassed: NotBypassed[] = [];
  let reservedRows: Uint8Array | undefined;
  // Most of a thousand waiting jobs are equivalent: if one can't be placed, no other can, until something changes.
  let unschedulable = new Map<string, Shortage>();

  const byPlace = [...queue].sort((a, b) => queueOrder(a.request, b.request));
  for (const { request, wasBypassed, mayReserve, stalls } of byPlace) {
    const { key } = request;
    const equivalenceClass = equivalenceClassOf(request);
    const known = equivalenceClass === undefined ? undefined : unschedulable.get(equivalenceClass);
    const placement = known ? { shortage: known } : placeGang(table, request, reservedRows);
    if ('rows' in placement) {
      unschedulable = new Map();
      const { rows } = placement;
      for (const row of rows) table.take(row, request.requests);
      placed.set(
        key,
        rows.map((row) => table.nodes[row]!.name),
      );
      const now = notBypassed.filter(({ usable }) => rows.some(usable));
      bypassed.push(...now.map((job) => job.key));
      notBypassed = notBypassed.filter((job) => !now.includes(job));
      continue;
    }
    if (equivalenceClass !== undefined) unschedulable.set(equivalenceClass, placement.shortage);
    waiting.set(key, { shortage: placement.shortage, position: waiting.size + 1 });
    if (!wasBypassed) notBypassed.push({ key, usable: usableRow(table, request) });
    const namespace = namespaceOf(key);
    if (!mayReserve || namespacesWithReservation.has(namespace) || reserved.size >= MAX_RESERVATIONS) continue;
    const reservation = chooseReservedNodes(table, request, reservedRows, stalls * request.count);
    if (reservation === undefined) continue;
    reservedRows ??= new Uint8Array(table.nodes.length);
    for (const row of reservation.rows) reservedRows[row] = 1;
    reserved.set(key, reservation.ready);
    namespacesWithReservation.add(namespace);
    unschedulable = new Map();
  }
  return { placed, waiting, bypassed, reserved };
}

/** The same for requests that the same nodes satisfy; undefined: comparing costs more than it saves (long keys are slow). */
function equivalenceClassOf(request: PlacementRequest): string | undefined {
  const { eligibilityKey, requests, count, preferred, avoided } = request;
  if (preferred.length + avoided.size > MAX_NAMES) return undefined;
  return JSON.stringify([eligibilityKey, requests, count, preferred, [...avoided]]);
}
