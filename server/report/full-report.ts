import type { Link } from '../links/link.ts';
import { lossPercent } from '../links/loss-window.ts';
import { failureSentence } from '../ping/failure-sentence.ts';
import { quantile } from '../protocol/latency-buckets.ts';
import type { WallTime } from '../time/wall-time.ts';
import type { PeerState } from './peer-state.ts';

/** One peer as `/report` shows it. Times are ISO 8601, latencies milliseconds, quantiles over the last five minutes. */
export interface PeerReport {
  readonly name: string;
  readonly url: string;
  readonly expect: 'Reachable' | 'Unreachable';
  readonly state: string;
  readonly since: string;
  readonly draining: boolean;
  readonly failuresInARow: number;
  readonly responder?: string;
  readonly lastReply?: string;
  readonly lastMs?: number;
  readonly lastError?: { readonly at: string; readonly phase: string; readonly code: string; readonly reason: string };
  readonly p50?: number;
  readonly p99?: number;
  /** Share of the pings of the last five minutes that failed. */
  readonly lossPercent?: number;
  readonly ok: number;
  readonly failed: number;
}

/** What `GET /report` answers, for people. */
export interface FullReport {
  readonly name: string;
  readonly version: string;
  readonly draining: boolean;
  /** `error`: why the config file as it stands is not in use. */
  readonly config: {
    readonly hash: string;
    readonly loadedAt: string;
    readonly error?: { readonly at: string; readonly message: string };
  };
  /** How many members of the group should ping this one, and how many did within the last interval and timeout. */
  readonly askers: { readonly expected: number; readonly seen: number };
  readonly peers: readonly PeerReport[];
}

export function fullReport({ version, draining, source, askers, links, now, time }: PeerState): FullReport {
  const { current, loadedAt, failure } = source;
  const error = failure && { at: time.iso(failure.at), message: failure.message };
  return {
    name: current.config.name,
    version,
    draining,
    config: { hash: current.hash, loadedAt: time.iso(loadedAt), ...(error && { error }) },
    askers,
    peers: Array.from(links, (link) => reportPeer(link, now, time)),
  };
}

/** @param now monotonic milliseconds */
export function reportPeer(link: Link, now: number, time: WallTime): PeerReport {
  const { peer, state, lastReply, lastFailure } = link;
  const counts = link.latencies.counts(now);
  const p50 = quantile(counts, 0.5);
  const p99 = quantile(counts, 0.99);
  const loss = lossPercent(link.loss.counts(now));
  return {
    name: peer.name,
    url: peer.url,
    expect: peer.expect,
    state: state.status,
    since: time.iso(state.since),
    draining: state.draining,
    failuresInARow: state.failures,
    ...(lastReply && {
      ...(lastReply.responder !== undefined && { responder: lastReply.responder }),
      lastReply: time.iso(lastReply.at),
      lastMs: round(lastReply.ms),
    }),
    ...(lastFailure && {
      lastError: {
        at: time.iso(lastFailure.at),
        phase: lastFailure.failure.phase,
        code: lastFailure.failure.code,
        reason: failureSentence(lastFailure.failure),
      },
    }),
    ...(p50 !== undefined && p99 !== undefined && { p50: round(p50), p99: round(p99) }),
    ...(loss !== undefined && { lossPercent: loss }),
    ok: link.ok,
    failed: link.failed,
  };
}

function round(ms: number): number {
  return Math.round(ms * 1_000) / 1_000;
}
