import { type Amounts, inWords } from '../../node-resources/amounts.ts';
import type { Wait } from './placement-pass.ts';

/** From here on a place in the queue says nothing that is worth a write whenever somebody leaves. */
const EXACT_POSITIONS = 10;

/** What of a job its message is about. */
export interface WaitingJob {
  readonly requests: Amounts;
  readonly nodeSelector?: Readonly<Record<string, string>> | undefined;
  /** That of its spec, and what it counts as. */
  readonly priority: { readonly asked: number; readonly counts: number };
}

/**
 * Why a job waits, in numbers: "wants 3 nodes: 5 match disk=ssd, 4 Running, 2 have 4 CPU free; position 2 in the queue".
 * Each number counts the nodes that pass this question and all before it.
 */
export function scheduledMessage({ shortage, position }: Wait, job: WaitingJob): string {
  const { requests, nodeSelector = {}, priority } = job;
  const { wanted, matching, running, open, fitting, avoided, kept } = shortage;
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
    ...(avoided > 0 ? [`${avoided} of them avoided, because pods of this job are or could not start there`] : []),
    ...(kept > 0 ? [`${kept} of them reserved for jobs ahead`] : []),
  ];
  const limited =
    priority.counts === priority.asked
      ? ''
      : `; priority ${priority.asked} counts as ${priority.counts} in this namespace`;
  const place =
    position <= EXACT_POSITIONS ? `position ${position} in the queue` : `more than ${EXACT_POSITIONS} ahead`;
  return `wants ${wanted} ${wanted === 1 ? 'node' : 'nodes'}: ${steps.join(', ')}; ${place}${limited}`;
}
