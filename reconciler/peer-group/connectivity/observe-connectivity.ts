import type { Connectivity } from '../../../constructs/crds/peer-group/connectivity.ts';
import type { SummaryReport } from '../../../server/protocol/summary-report.ts';
import type { Condition, Finding } from '../../runtime/conditions.ts';
import { connectedCondition } from './connected.ts';
import { connectivityStatus } from './connectivity-status.ts';
import { contradictionOf } from './contradiction.ts';
import { evaluateLinks, type LinksResult } from './evaluate-links.ts';
import type { ConnectivityInput } from './input.ts';
import { groupLatency } from './latency.ts';
import { type LinkState, type OutageResult, trackOutages } from './outages.ts';

/** State of the links for the status, and outages since it was last written. */
export interface ConnectivityResult {
  readonly connectivity: Connectivity;
  /** Undefined: the condition is kept until pods report about the current generation. */
  readonly connected: Finding | undefined;
  readonly changes: OutageResult;
  /** Milliseconds after which to reconcile again without an event; undefined: never. */
  readonly againInMs: number | undefined;
}

export interface WrittenStatus {
  readonly connectivity?: Connectivity | undefined;
  readonly conditions?: readonly Condition[] | undefined;
}

/** @param before the status as it was last written */
export function observeConnectivity(
  input: ConnectivityInput,
  before: WrittenStatus | undefined,
  generation: number,
): ConnectivityResult {
  const { now } = input;
  const result = evaluateLinks(input);
  const written = before?.connectivity;
  const changes = trackOutages({
    before: written?.outages ?? [],
    failing: result.failing,
    stateOf: (from, to) => linkState(input, from, to),
    now,
  });
  const latency = groupLatency(credibleSummaries(input, result));
  const wasConnected = before?.conditions?.find(({ type }) => type === 'Connected');
  return {
    connectivity: connectivityStatus({ before: written, result, latency, outages: changes.outages, now }),
    connected: connectedCondition({ result, linksBefore: written?.links, before: wasConnected, generation }),
    changes,
    againInMs: result.recheckAt === undefined ? undefined : Math.max(0, result.recheckAt - now) + 1,
  };
}

function* credibleSummaries(
  { peers }: ConnectivityInput,
  { contradictions }: LinksResult,
): Generator<readonly [string, SummaryReport]> {
  const doubted = new Set(contradictions.map(({ peer }) => peer));
  for (const [name, { summary, fresh }] of peers) {
    if (summary !== undefined && fresh && !doubted.has(name)) yield [name, summary];
  }
}

function linkState(
  { peers, selection, externalTargets: others }: ConnectivityInput,
  from: string,
  to: string,
): LinkState {
  const peer = peers.get(from);
  if (peer === undefined) return 'unwanted';
  const expected = new Set([...others, ...selection.targetsOf(from)]);
  if (!expected.has(to)) return 'unwanted';
  if (peer.summary === undefined || !peer.fresh || !peer.current) return 'unknown';
  if (contradictionOf(from, peer.summary, expected) !== undefined) return 'unknown';
  const entry = peer.summary.notUp.find((link) => link.peer === to);
  return entry === undefined || entry.state === 'Up' ? 'works' : 'unknown';
}
