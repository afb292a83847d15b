import { inWords } from '../../node-resources/amounts.ts';
import type { QueueStatus } from './placement-pass.ts';
import type { PlacementRequest } from './placement-request.ts';

/** Beyond this place in the queue the exact position isn't worth a write whenever a job leaves. */
const EXACT_POSITIONS = 10;

/**
 * Why a job waits, in numbers: "needs 3 nodes, 2 available: 5 match disk=ssd, of these 4 are Running, of these 2 have 4 CPU free;
 * position 2 in the queue". Each number counts the nodes that pass this step and all before it.
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
    selector === '' ? `${matching} in the cluster` : `${matching} ${matching === 1 ? 'matches' : 'match'} ${selector}`,
    `of these ${running} ${are(running)} Running`,
    ...(schedulable < running ? [`of these ${schedulable} ${are(schedulable)} neither cordoned nor tainted`] : []),
    `of these ${fitting} ${fitting === 1 ? 'has' : 'have'} ${room === '' ? 'room for a pod' : `${room} free`}`,
    ...(avoided > 0
      ? [`${avoided} of them ${are(avoided)} avoided because a pod of this job is running or could not start there`]
      : []),
    ...(reserved > 0 ? [`${reserved} of them ${are(reserved)} reserved for jobs ahead in the queue`] : []),
  ];
  const available = fitting - avoided - reserved;
  const limited =
    priority === specPriority ? '' : `; priority ${specPriority} is limited to ${priority} in this namespace`;
  const place =
    position <= EXACT_POSITIONS
      ? `position ${position} in the queue`
      : `beyond position ${EXACT_POSITIONS} in the queue`;
  const needs = `needs ${wanted} ${wanted === 1 ? 'node' : 'nodes'}, ${available} available`;
  return `${needs}: ${steps.join(', ')}; ${place}${limited}`;
}

function are(count: number): string {
  return count === 1 ? 'is' : 'are';
}
