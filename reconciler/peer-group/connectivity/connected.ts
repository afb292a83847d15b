import type { Condition, Finding } from '../../runtime/conditions.ts';
import { finding } from '../reasons.ts';
import type { LinksResult } from './evaluate-links.ts';

/** Links, pods or entries named in a condition's message. */
const NAMED = 5;

export interface ConnectedInput {
  readonly result: LinksResult;
  /** Number of links that the status was last written for. */
  readonly linksBefore: number | undefined;
  /** The condition as the status has it, if it has. */
  readonly before: Condition | undefined;
  /** The group's present one. */
  readonly generation: number;
}

/**
 * The condition Connected.
 *
 * *Guarantees*: it becomes True only when every link that spec and topology ask for is reported as working, by fresh reports about the
 * present config that do not contradict themselves. It stays True while what is missing of that is planned, for a bounded time.
 *
 * @returns undefined when it is to stay what it was, of whatever generation, which `kubectl wait` goes by
 */
export function connectedFinding({ result, linksBefore, before, generation }: ConnectedInput): Finding | undefined {
  const { links, up, planned, plannedReasons, outdated, awaited } = result;
  const obstacle = obstacleOf(result);
  if (obstacle !== undefined) return obstacle;
  if (up === links && outdated === 0 && awaited === 0) {
    if (links === 0) return finding('Connected', 'NoLinksExpected', 'Neither the topology nor peers asks for a link.');
    return finding('Connected', 'AllLinksUp', `${up} of ${links} links are up.`);
  }
  const isPresent = before?.observedGeneration === generation;
  const isPlanned = up + planned === links;
  if (before?.status === 'True' && isPlanned) {
    const grows = links > (linksBefore ?? 0);
    if (isPresent ? outdated > 0 : up === links || !grows) return undefined;
    if (isPresent) {
      const message = `${up} of ${links} links are up; the others are down because of a planned change: ${plannedReasons.join(', ')}`;
      return finding('Connected', 'PlannedChange', message);
    }
  }
  return finding('Connected', 'Connecting', connecting(result));
}

/** What no planned change explains. What is known to fail comes before what is not known. */
function obstacleOf(result: LinksResult): Finding | undefined {
  const { links, failing, missingTargets, contradictions, silent, late, awaitedTooLong } = result;
  if (failing.length > 0) {
    const named = listed(failing.map(({ from, to, reason }) => `${from} → ${to}: ${reason}`));
    return finding('Connected', 'LinksDown', `${failing.length} of ${links} links are down: ${named}`);
  }
  if (missingTargets.length > 0)
    return finding('Connected', 'TargetMissing', listed(missingTargets.map(({ message }) => message)));
  if (contradictions.length > 0) {
    const named = listed(contradictions.map(({ peer, fault }) => `the report of ${peer} ${fault}`));
    return finding('Connected', 'ReportsContradictory', `Ignored: ${named}`);
  }
  if (silent.length > 0) return finding('Connected', 'ReportsStale', `No report from ${listed(silent, ', ')}`);
  if (late.length > 0 || awaitedTooLong) return finding('Connected', 'Connecting', connecting(result));
  return undefined;
}

function connecting({ links, up, outdated, awaited }: LinksResult): string {
  if (awaited > 0) return `${awaited} ${awaited === 1 ? 'node has' : 'nodes have'} no peer yet.`;
  if (up < links) return `${up} of ${links} links have answered.`;
  return `${outdated} ${outdated === 1 ? 'pod has' : 'pods have'} not reported the current configuration yet.`;
}

/** The first few, and how many more there are. */
function listed(texts: readonly string[], separator = '; '): string {
  const named = texts.slice(0, NAMED).join(separator);
  return texts.length > NAMED ? `${named}${separator === '; ' ? ';' : ''} and ${texts.length - NAMED} more` : named;
}
