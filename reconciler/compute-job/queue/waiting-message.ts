import { inWords } from '../../node-resources/amounts.ts';
import type { QueueStatus } from './placement-pass.ts';
import type { PlacementRequest } from './placement-request.ts';

/** Beyond this place in the queue the exact position isn't worth a write whenever a job leaves. */
const EXACT_POSITIONS = 10;

/**
 * Why a job waits, in numbers: "wants 3 nodes: 5 match disk=ssd, 4 Running, 2 have 4 CPU free; position 2 in the queue".
 * Each number counts the nodes that pass this step and all before it.
 *
 * @param specPriority the spec's priority, which the namespace may limit
 */
export function waitingMessage(
  { shortage, position }: QueueStatus,
  { requests, nodeSelector, priority }: Pick<PlacementRequest, 'requests' | 'nodeSelector' | 'priority'>,
  specPriority: number,
): string {
  const { wanted, matching, running, schedulable, fitting, avoided, reserved } = shortage;
  const selector = Object.entries(nodeSelector)
    .map(([key, value]) => `${key}=${value}`)
    .sort()
    .join(',');
  const room = inWords(requests);
  const steps = [
    selector === '' ? `${matching} exist` : `${matching} match ${selector}`,
    `${running} Running`,
    ...(schedulable < running ? [`${schedulable} neither cordoned nor tainted`] : []),
    `${fitting} have ${room === '' ? 'room for a pod' : room} free`,
    ...(avoided > 0 ? [`${avoided} of them avoided, because pods of this job are or could not start there`] : []),
    ...(reserved > 0 ? [`${reserved} of them reserved for jobs ahead`] : []),
  ];
  const limited = priority === specPriority ? '' : `; priority ${specPriority} counts as ${priority} in this namespace`;
  const place =
    position <= EXACT_POSITIONS ? `position ${position} in the queue` : `more than ${EXACT_POSITIONS} ahead`;
  return `wants ${wanted} ${wanted === 1 ? 'node' : 'nodes'}: ${steps.join(', ')}; ${place}${limited}`;
}
