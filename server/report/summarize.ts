import { contentHash } from '../../constructs/content-hash.ts';
import type { TlsMaterial } from '../config/material.ts';
import type { Link } from '../links/link.ts';
import { DOWN_AFTER } from '../links/link-state.ts';
import { lossPercent } from '../links/loss-window.ts';
import type { Failure } from '../ping/ping-result.ts';
import { LATENCY_BOUNDS_MS, quantile } from '../protocol/latency-buckets.ts';
import type { LinkNotUp, SummaryReport } from '../protocol/summary-report.ts';
import type { WallTime } from '../time/wall-time.ts';
import type { PeerState } from './peer-state.ts';

type WorstLink = Required<NonNullable<SummaryReport['worst']>>;
type LinksPart = Pick<SummaryReport, 'counts' | 'notUp' | 'worst' | 'latency'>;

export function summaryReport({ version, draining, source, askers, links, now, time }: PeerState): SummaryReport {
  const { current, failure } = source;
  return {
    name: current.config.name,
    version,
    draining,
    config: { hash: current.hash, ...(failure && { error: failure.message }) },
    askers,
    ...summarizeTls(current.material),
    ...summarizeLinks(links, now, time),
  };
}

/** By which the operator sees whether a pod uses the certificates that it should. */
function summarizeTls({ service, pins }: TlsMaterial): Pick<SummaryReport, 'tls'> {
  if (service === undefined) return {};
  const accepted = new Set([...pins.values(), ...(service.clientCA ? [service.clientCA] : [])].map(contentHash));
  return { tls: { certificate: contentHash(service.certificate), accepted: [...accepted] } };
}

/** @param now monotonic milliseconds */
export function summarizeLinks(links: Iterable<Link>, now: number, time: WallTime): LinksPart {
  const counts = { links: 0, up: 0, down: 0, pending: 0, unresolved: 0 };
  const notUp: LinkNotUp[] = [];
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

function describeNotUp(link: Link, time: WallTime): LinkNotUp {
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
    const reason =
      peer.expect === 'Unreachable'
        ? 'responses above lossThresholdPercent over 5 minutes, though expected to be unreachable'
        : 'packet loss above lossThresholdPercent over 5 minutes';
    return { phase: 'response', code: 'LOSS', reason };
  }
  const isUnproved = state.status !== 'Up' && state.status !== 'Down';
  return state.failures > 0 || isUnproved ? lastFailure?.failure : undefined;
}
