import { inWords } from '../../node-resources/amounts.ts';
import type { QueueStatus } from './placement-pass.ts';
import type { PlacementRequest } from './placement-request.ts';

/** Beyond this place in the queue the exact position isn't worth a write whenever a job leaves. */
const EXACT_POSITIONS = 10;

/**
 * Why a job waits, in numbers: "needs 3 nodes: 5 matching disk=ssd, 4 Running, 2 with 4 CPU free; position 2 in the queue".
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
    selector === '' ? `${matching} in the cluster` : `${matching} matching ${selector}`,
    `${running} Running`,
    ...(schedulable < running ? [`${schedulable} neither cordoned nor tainted`] : []),
    room === '' ? `${fitting} with room for a pod` : `${fitting} with ${room} free`,
    ...(avoided > 0
      ? [`${avoided} of them avoided because a pod of this job is running or could not start there`]
      : []),
    ...(reserved > 0 ? [`${reserved} of them reserved for jobs ahead in the queue`] : []),
  ];
  const limited =
    priority === specPriority ? '' : `; priority ${specPriority} is limited to ${priority} in this namespace`;
  const place =
    position <= EXACT_POSITIONS
      ? `position ${position} in the queue`
      : `beyond position ${EXACT_POSITIONS} in the queue`;
  return `needs ${wanted} ${wanted === 1 ? 'node' : 'nodes'}: ${steps.join(', ')}; ${place}${limited}`;
}
