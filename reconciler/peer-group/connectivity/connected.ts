import type { Condition, Finding } from '../../runtime/conditions.ts';
import type { LinkVerdicts } from './judge-links.ts';

/** Links named in a condition's message. */
const NAMED = 5;

export interface ConnectedInput {
  readonly verdicts: LinkVerdicts;
  /** Number of peers that the group is still to get, where nodes decide how many there are. */
  readonly missing: number;
  /** The condition as the status has it, if it has. */
  readonly before: Condition | undefined;
  /** The group's present one. */
  readonly generation: number;
}

/**
 * The condition Connected.
 *
 * @returns undefined when it was True under a former spec and not every pod has reported about the present one: so that it
 * neither flaps nor is taken for an answer, `kubectl wait` goes by the generation
 */
export function connectedFinding({ verdicts, missing, before, generation }: ConnectedInput): Finding | undefined {
  const { links, up, failing, excused, excuses, silent, outdated } = verdicts;
  const type = 'Connected';
  const isPresent = before?.observedGeneration === generation;
  const wasConnected = isPresent && before.status === 'True';
  if (missing > 0 && !wasConnected) {
    const message = `${missing} ${missing === 1 ? 'node has' : 'nodes have'} no peer yet`;
    return { type, status: 'False', reason: 'Connecting', message };
  }
  if (links === 0)
    return { type, status: 'True', reason: 'NoLinksExpected', message: 'Neither topology nor peers ask for a link' };
  if (failing.length > 0) {
    const named = failing.slice(0, NAMED).map(({ from, to, reason }) => `${from} → ${to}: ${reason}`);
    const more = failing.length > NAMED ? `; and ${failing.length - NAMED} more` : '';
    const message = `${failing.length} of ${links} links do not work: ${named.join('; ')}${more}`;
    return { type, status: 'False', reason: 'LinksDown', message };
  }
  if (silent.length > 0) {
    const named = silent.slice(0, NAMED).join(', ');
    const more = silent.length > NAMED ? ` and ${silent.length - NAMED} more` : '';
    return { type, status: 'Unknown', reason: 'ReportsStale', message: `No report from ${named}${more}` };
  }
  if (up === links && outdated > 0 && !isPresent && before?.status === 'True') return undefined;
  if (up === links && (outdated === 0 || wasConnected))
    return { type, status: 'True', reason: 'AllLinksUp', message: `${up} of ${links} links work` };
  if (wasConnected && up + excused === links) {
    const message = `${up} of ${links} links work, the others are expected not to: ${excuses.join(', ')}`;
    return { type, status: 'True', reason: 'PlannedChange', message };
  }
  return { type, status: 'False', reason: 'Connecting', message: connecting(verdicts) };
}

function connecting({ links, up, outdated }: LinkVerdicts): string {
  if (up < links) return `${up} of ${links} links have answered`;
  return `${outdated} ${outdated === 1 ? 'pod has' : 'pods have'} not reported about the present config yet`;
}
