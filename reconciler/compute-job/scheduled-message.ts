import { type Amounts, inWords } from '../cluster/amounts.ts';
import type { Wait } from './placement-pass.ts';

/** From here on a place in the queue says nothing that is worth a write whenever somebody leaves. */
const EXACT_POSITIONS = 10;

/**
 * Why a job waits, in numbers: "wants 3 nodes: 5 match disk=ssd, 4 Running, 2 have 4 CPU free; position 2 in the queue".
 * Each number counts the nodes that pass this question and all before it.
 */
export function scheduledMessage(
  { shortage, position }: Wait,
  requests: Amounts,
  nodeSelector: Readonly<Record<string, string>>,
): string {
  const { wanted, matching, running, open, fitting, kept } = shortage;
  const selector = Object.entries(nodeSelector)
    .map(([key, value]) => `${key}=${value}`)
    .sort()
    .join(',');
  const room = inWords(requests);
  const steps = [
    selector === '' ? `${matching} exist` : `${matching} match ${selector}`,
    `${running} Running`,
    ...(open < running ? [`${open} neither cordoned nor tainted`] : []),
    `${fitting} have ${room === '' ? 'room for a pod' : room} free`,
    ...(kept > 0 ? [`${kept} of them kept for jobs ahead`] : []),
  ];
  const place =
    position <= EXACT_POSITIONS ? `position ${position} in the queue` : `more than ${EXACT_POSITIONS} ahead`;
  return `wants ${wanted} ${wanted === 1 ? 'node' : 'nodes'}: ${steps.join(', ')}; ${place}`;
}
