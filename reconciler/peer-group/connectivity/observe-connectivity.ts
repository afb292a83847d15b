import type { Connectivity } from '../../../constructs/crds/peer-group/connectivity.ts';
import type { Condition, Finding } from '../../runtime/conditions.ts';
import type { Brief } from './brief.ts';
import { connectedFinding } from './connected.ts';
import { contradictionOf } from './contradiction.ts';
import type { Situation } from './input.ts';
import { judgeLinks, type LinkVerdicts } from './judge-links.ts';
import { groupLatency } from './latency.ts';
import { type LinkState, type OutageChanges, trackOutages } from './outages.ts';
import { settleConnectivity } from './settle.ts';

/** What a status says of links, and what happened to them since it was last written. */
export interface ObservedConnectivity {
  readonly connectivity: Connectivity;
  /** Undefined: what was said of a former generation stays until pods report about the present one. */
  readonly connected: Finding | undefined;
  readonly changes: OutageChanges;
  /** In how many milliseconds to look again although nothing happens; undefined: never. */
  readonly againInMs: number | undefined;
}

export interface WrittenStatus {
  readonly connectivity?: Connectivity | undefined;
  readonly conditions?: readonly Condition[] | undefined;
}

/** @param before the status as it was last written */
export function observeConnectivity(
  situation: Situation,
  before: WrittenStatus | undefined,
  generation: number,
): ObservedConnectivity {
  const { now } = situation;
  const verdicts = judgeLinks(situation);
  const written = before?.connectivity;
  const changes = trackOutages({
    before: written?.outages ?? [],
    failing: verdicts.failing,
    stateOf: (from, to) => linkState(situation, from, to),
    now,
  });
  const latency = groupLatency(believedBriefs(situation, verdicts));
  const wasConnected = before?.conditions?.find(({ type }) => type === 'Connected');
  return {
    connectivity: settleConnectivity({ before: written, verdicts, latency, outages: changes.outages, now }),
    connected: connectedFinding({ verdicts, linksBefore: written?.links, before: wasConnected, generation }),
    changes,
    againInMs: verdicts.recheckAt === undefined ? undefined : Math.max(0, verdicts.recheckAt - now) + 1,
  };
}

function* believedBriefs({ peers }: Situation, { contradictions }: LinkVerdicts): Generator<readonly [string, Brief]> {
  const doubted = new Set(contradictions.map(({ peer }) => peer));
  for (const [name, { brief, fresh }] of peers) {
    if (brief !== undefined && fresh && !doubted.has(name)) yield [name, brief];
  }
}

function linkState({ peers, selection, others }: Situation, from: string, to: string): LinkState {
  const peer = peers.get(from);
  if (peer === undefined) return 'unwanted';
  const expected = new Set([...others, ...selection.targetsOf(from)]);
  if (!expected.has(to)) return 'unwanted';
  if (peer.brief === undefined || !peer.fresh || !peer.current) return 'unknown';
  if (contradictionOf(from, peer.brief, expected) !== undefined) return 'unknown';
  const entry = peer.brief.notUp.find((link) => link.peer === to);
  return entry === undefined || entry.state === 'Up' ? 'works' : 'unknown';
}
