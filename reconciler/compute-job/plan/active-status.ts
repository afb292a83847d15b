import type { ComputeJobStatus } from '../../../constructs/crds/compute-job.ts';
import type { Finding } from '../../runtime/conditions.ts';
import { waitingMessage } from '../queue/waiting-message.ts';
import { formatIndexes } from '../resource/index-set.ts';
import { timestamp, updateStatus } from '../resource/job-status.ts';
import { finding } from '../resource/reasons.ts';
import type { JobInput, Member } from './input.ts';
import { countNodes } from './messages.ts';
import type { Resize } from './resize.ts';

/**
 * The status of a job with an active attempt.
 *
 * @param started number of indexes that have started
 */
export function activeStatus(
  input: JobInput,
  members: readonly Member[],
  started: number,
  size: Resize,
): ComputeJobStatus {
  const { spec, status, now } = input;
  const running = members.filter(({ pod, completed }) => !completed && pod?.state.type === 'Running');
  const completed = members.filter((member) => member.completed);
  const starts = members.map(({ pod }) => pod?.started).filter((time) => time !== undefined);
  const startTime = started === 0 ? undefined : timestamp(starts.length > 0 ? Math.max(...starts) : now);
  const fields = {
    state: started > 0 ? 'Running' : 'Pending',
    message: messageOf(input, members, started, running.length, completed.length),
    summary: `${running.length + completed.length}/${spec.parallelism}`,
    activeNodes: running.map(({ node }) => node),
    started,
    startTime: status.startTime ?? startTime,
    retryTime: started === spec.parallelism ? undefined : status.retryTime,
    completedIndexes: formatIndexes(completed.map(({ index }) => index)),
    succeeded: completed.length,
  } as const;
  return updateStatus(input, fields, [scheduled(input, size)]);
}

function messageOf(
  { incomplete }: JobInput,
  members: readonly Member[],
  started: number,
  running: number,
  completed: number,
): string {
  const done = completed > 0 ? `, ${completed} succeeded` : '';
  if (started > 0) return `running on ${countNodes(running)}${done}`;
  if (incomplete) return incomplete.message;
  const problem = members
    .map(({ pod }) => pod?.state)
    .find((state) => state?.type === 'Starting' && state.problem !== undefined);
  const why = problem?.type === 'Starting' ? `: ${problem.problem}` : '';
  return `${running + completed} of ${members.length} pods have started${why}`;
}

function scheduled(input: JobInput, { nodes, request }: Resize): Finding {
  const { queueStatus, spec, status, incomplete } = input;
  if (spec.parallelism <= nodes.length) {
    const lacks = incomplete ? `, but not all pods could be created: ${incomplete.message}` : '';
    return finding('Scheduled', 'Placed', `attempt ${status.attempt} is placed on ${countNodes(nodes.length)}${lacks}`);
  }
  if (!request && status.retryTime !== undefined) {
    return finding('Scheduled', 'WaitingToGrow', previousMessage(status));
  }
  const why =
    request && queueStatus
      ? waitingMessage(queueStatus, request, spec.priority)
      : 'waiting for excess pods to terminate';
  return finding('Scheduled', 'WaitingToGrow', `running on ${nodes.length} of ${spec.parallelism} nodes; ${why}`);
}

/** Why growing failed last time. */
function previousMessage({ conditions = [] }: ComputeJobStatus): string {
  return conditions.find(({ type }) => type === 'Scheduled')?.message ?? '';
}
