import type { Condition, Finding } from '../../runtime/conditions.ts';
import type { LinkVerdicts } from './judge-links.ts';

/** Links named in a condition's message. */
const NAMED = 5;

/**
 * The condition Connected.
 *
 * @param before the condition as the status has it, if it has
 * @param generation the group's present one
 */
export function connectedFinding(
  { links, up, failing, excused, excuses, silent }: LinkVerdicts,
  before: Condition | undefined,
  generation: number,
): Finding {
  const type = 'Connected';
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
  if (up === links) return { type, status: 'True', reason: 'AllLinksUp', message: `${up} of ${links} links work` };
  const wasConnected = before?.status === 'True' && before.observedGeneration === generation;
  if (wasConnected && up + excused === links) {
    const message = `${up} of ${links} links work, the others are expected not to: ${excuses.join(', ')}`;
    return { type, status: 'True', reason: 'PlannedChange', message };
  }
  return { type, status: 'False', reason: 'Connecting', message: `${up} of ${links} links have answered` };
}
