import type { Condition, Finding } from '../../runtime/conditions.ts';
import { finding } from '../reasons.ts';
import type { LinksResult } from './evaluate-links.ts';

/** Number of links, pods or entries in a condition's message. */
const NAMED = 5;

export interface ConnectedInput {
  readonly result: LinksResult;
  /** Number of links in the last written status. */
  readonly linksBefore: number | undefined;
  /** The condition in the status, if any. */
  readonly before: Condition | undefined;
  /** Of the group. */
  readonly generation: number;
}

/**
 * The condition Connected.
 *
 * *Guarantees*: it becomes True only when all links of spec and topology are up according to fresh reports about the
 * current config that are consistent. It stays True during planned changes, for a limited time.
 *
 * @returns undefined if the condition is to be kept as it is, including its generation, which `kubectl wait` relies on
 */
export function connectedCondition({ result, linksBefore, before, generation }: ConnectedInput): Finding | undefined {
  const { links, up, planned, plannedReasons, outdated, awaited } = result;
  const obstacle = obstacleOf(result);
  if (obstacle !== undefined) return obstacle;
  if (up === links && outdated === 0 && awaited === 0) {
    if (links === 0) return finding('Connected', 'NoLinksExpected', 'Neither the topology nor peers defines a link.');
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

/** Failures that no planned change explains. Known failures take precedence over missing information. */
function obstacleOf(result: LinksResult): Finding | undefined {
  const { links, failing, missingTargets, contradictions, silent, late, awaitedTooLong } = result;
  if (failing.length > 0) {
    const named = listed(failing.map(({ from, to, reason }) => `${from} → ${to}: ${reason}`));
    return finding('Connected', 'LinksDown', `${failing.length} of ${links} links are down: ${named}`);
  }
  if (missingTargets.length > 0)
    return finding('Connected', 'TargetMissing', listed(missingTargets.map(({ message }) => message)));
  if (contradictions.length > 0) {
    const named = listed(contradictions.map(({ peer, fault }) => `${peer} ${fault}`));
    return finding('Connected', 'ReportsContradictory', `Ignored inconsistent reports: ${named}`);
  }
  if (silent.length > 0) return finding('Connected', 'ReportsStale', `No report from ${listed(silent, ', ')}`);
  if (late.length > 0 || awaitedTooLong) return finding('Connected', 'Connecting', connecting(result));
  return undefined;
}

function connecting({ links, up, outdated, awaited }: LinksResult): string {
  if (awaited > 0) return `${awaited} ${awaited === 1 ? 'node has' : 'nodes have'} no peer yet.`;
  if (up < links) return `${up} of ${links} links are up.`;
  return `${outdated} ${outdated === 1 ? 'pod has' : 'pods have'} not reported the current configuration yet.`;
}

/** The first few texts, and the number of others. */
function listed(texts: readonly string[], separator = '; '): string {
  const named = texts.slice(0, NAMED).join(separator);
  return texts.length > NAMED ? `${named}${separator === '; ' ? ';' : ''} and ${texts.length - NAMED} more` : named;
}
