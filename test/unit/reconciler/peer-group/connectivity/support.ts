import type { LinksResult } from '../../../../../reconciler/peer-group/connectivity/evaluate-links.ts';
import type {
  ConnectivityInput,
  PeerState,
  PodState,
} from '../../../../../reconciler/peer-group/connectivity/input.ts';
import { selectPeers } from '../../../../../server/protocol/peer-selection.ts';
import type { LinkNotUp, SummaryReport } from '../../../../../server/protocol/summary-report.ts';

export const NOW = Date.parse('2026-01-01T12:00:00Z');
export const DNS_TTL_MS = 30_000;

/** A pod that has been well for an hour, but for what is given. */
export function pod(differs: Partial<PodState> = {}): PodState {
  return {
    terminating: false,
    ready: true,
    readySince: NOW - 3_600_000,
    hasBeenReady: true,
    hasRestarted: false,
    tls: '',
    node: { ready: true, cordoned: false, leaving: false },
    ...differs,
  };
}

/** A result with this many links, all of them up, except as given. */
export function linksResult(links: number, differs: Partial<LinksResult> = {}): LinksResult {
  return {
    links,
    up: links,
    failing: [],
    planned: 0,
    plannedReasons: [],
    silent: [],
    contradictions: [],
    outdated: 0,
    late: [],
    awaited: 0,
    awaitedTooLong: false,
    missingTargets: [],
    recheckAt: undefined,
    ...differs,
  };
}

/** A link that has been Down for 20 seconds, but for what is given. */
export function down(peer: string, differs: Partial<LinkNotUp> = {}): LinkNotUp {
  return {
    peer,
    state: 'Down',
    draining: false,
    since: new Date(NOW - 20_000).toISOString(),
    phase: 'tcp',
    code: 'TIMEOUT',
    reason: 'connection timed out',
    ...differs,
  };
}

export function summary(
  links: number,
  notUp: readonly LinkNotUp[] = [],
  differs: Partial<SummaryReport> = {},
): SummaryReport {
  const of = (wanted: LinkNotUp['state']) => notUp.filter(({ state }) => state === wanted).length;
  const [down, pending, unresolved] = [of('Down'), of('Pending'), of('Unresolved')];
  return {
    name: 'web-0',
    draining: false,
    config: { hash: 'h' },
    counts: { links, up: links - down - pending - unresolved, down, pending, unresolved },
    notUp: [...notUp],
    latency: [],
    ...differs,
  };
}

/** A peer that reports all of `links` as Up, but for what is given. */
export function peer(links: number, notUp: readonly LinkNotUp[] = [], differs: Partial<PeerState> = {}): PeerState {
  return { pod: pod(), summary: summary(links, notUp), fresh: true, current: true, ...differs };
}

/** A full mesh of these peers, whose reports are by them. */
export function mesh(peers: Readonly<Record<string, PeerState>>, others: readonly string[] = []): ConnectivityInput {
  const members = Object.keys(peers).map((name) => ({ name }));
  return {
    peers: new Map(Object.entries(peers).map(([name, view]) => [name, named(view, name)])),
    selection: selectPeers(members, { type: 'FullMesh' }),
    awaited: { peers: 0, links: 0 },
    externalTargets: others,
    targets: new Map(),
    missingTargets: [],
    rollingOut: false,
    now: NOW,
    dnsTtlMs: DNS_TTL_MS,
  };
}

function named(view: PeerState, name: string): PeerState {
  return view.summary === undefined ? view : { ...view, summary: { ...view.summary, name } };
}
