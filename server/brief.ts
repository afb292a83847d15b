import { contentHash } from '../constructs/content-hash.ts';
import type { TlsMaterial } from './config/material.ts';
import { LATENCY_BOUNDS_MS, quantile } from './latency-histogram.ts';
import type { Link } from './link.ts';
import { DOWN_AFTER } from './link-state.ts';
import { lossPercent } from './loss-window.ts';
import type { Failure } from './ping-result.ts';
import type { WallTime } from './wall-time.ts';

/** A link that isn't Up, or whose peer is draining. */
export interface NotUp {
  readonly peer: string;
  readonly state: 'Pending' | 'Up' | 'Down' | 'Unresolved';
  readonly draining: boolean;
  /** ISO 8601: since when it is in this state; for a Down link, when its first failure was seen. */
  readonly since: string;
  /** ISO 8601; left out while there has been none. */
  readonly lastReply?: string;
  /** Of the last failure, where there is one. */
  readonly phase?: string;
  readonly code?: string;
  readonly reason?: string;
}

export interface WorstLink {
  readonly peer: string;
  readonly p99: number;
  readonly lossPercent: number;
}

/** What `GET /report/brief` answers: all that the operator needs of a peer, in the size of what isn't well. */
export interface BriefReport {
  readonly name: string;
  readonly version: string;
  readonly draining: boolean;
  /** `error`: why the config file as it stands is not in use. */
  readonly config: { readonly hash: string; readonly error?: string };
  /** With https: hashes of this server's certificate, and of every set of CAs and certificates that it accepts. */
  readonly tls?: { readonly certificate: string; readonly accepted: readonly string[] };
  readonly counts: {
    readonly links: number;
    readonly up: number;
    readonly down: number;
    readonly pending: number;
    readonly unresolved: number;
  };
  /** How many members of the group should ping this one, and how many did within the last interval and timeout. */
  readonly askers: { readonly expected: number; readonly seen: number };
  readonly notUp: readonly NotUp[];
  /**
   * Over the last five minutes: the link that lost the largest share of its pings, in whole percent; of several the one with
   * the highest p99, in milliseconds.
   */
  readonly worst?: WorstLink;
  /** All links' latencies over the last five minutes: [bucket, count] for every bucket of LATENCY_BOUNDS_MS that has any. */
  readonly latency: readonly (readonly [bucket: number, count: number])[];
}

type LinksPart = Pick<BriefReport, 'counts' | 'notUp' | 'worst' | 'latency'>;

/** By which the operator sees whether a pod uses the certificates that it should. */
export function briefTls({ service, pins }: TlsMaterial): Pick<BriefReport, 'tls'> {
  if (service === undefined) return {};
  const accepted = new Set([...pins.values(), ...(service.clientCA ? [service.clientCA] : [])].map(contentHash));
  return { tls: { certificate: contentHash(service.certificate), accepted: [...accepted] } };
}

/** @param now monotonic milliseconds */
export function briefLinks(links: Iterable<Link>, now: number, time: WallTime): LinksPart {
  const counts = { links: 0, up: 0, down: 0, pending: 0, unresolved: 0 };
  const notUp: NotUp[] = [];
  const merged: number[] = new Array(LATENCY_BOUNDS_MS.length + 1).fill(0);
  let worst: WorstLink | undefined;
  for (const link of links) {
    counts.links++;
    counts[COUNT_OF[link.state.status]]++;
    if (link.state.status !== 'Up' || link.state.draining) notUp.push(describeNotUp(link, time));
    const own = link.latencies.counts(now);
    own.forEach((count, bucket) => {
      merged[bucket]! += count;
    });
    const p99 = quantile(own, 0.99);
    if (p99 === undefined) continue;
    const candidate = { peer: link.peer.name, p99, lossPercent: lossPercent(link.loss.counts(now)) ?? 0 };
    if (worst === undefined || isWorse(candidate, worst)) worst = candidate;
  }
  const latency = merged.flatMap((count, bucket) => (count === 0 ? [] : [[bucket, count] as const]));
  return { counts, notUp, latency, ...(worst && { worst: { ...worst, p99: Number(worst.p99.toPrecision(3)) } }) };
}

function isWorse(a: WorstLink, b: WorstLink): boolean {
  return a.lossPercent === b.lossPercent ? a.p99 > b.p99 : a.lossPercent > b.lossPercent;
}

const COUNT_OF = {
  Up: 'up',
  Down: 'down',
  Pending: 'pending',
  Unresolved: 'unresolved',
  Unknown: 'unresolved',
} as const;

function describeNotUp(link: Link, time: WallTime): NotUp {
  const { peer, state, lastReply } = link;
  const { status, draining, since, failingSince } = state;
  const failure = faultOfState(link);
  return {
    peer: peer.name,
    // Operators of other versions know no more states; the phase says that it was the prober.
    state: status === 'Unknown' ? 'Unresolved' : status,
    draining,
    since: time.iso(status === 'Down' ? (failingSince ?? since) : since),
    ...(lastReply && { lastReply: time.iso(lastReply.at) }),
    ...(failure && { phase: failure.phase, code: failure.code, reason: failure.reason }),
  };
}

/** The reason of a lossy link has no numbers in it: a report that changed with every ping would be sent with every ping. */
function faultOfState({ peer, state, lastFailure }: Link): Pick<Failure, 'phase' | 'code' | 'reason'> | undefined {
  if (state.status === 'Down' && state.failures < DOWN_AFTER) {
    const what = peer.expect === 'Unreachable' ? 'were answered, though it must be unreachable' : 'were lost';
    return { phase: 'response', code: 'LOSS', reason: `too many of its pings in five minutes ${what}` };
  }
  const isUnproved = state.status !== 'Up' && state.status !== 'Down';
  return state.failures > 0 || isUnproved ? lastFailure?.failure : undefined;
}
