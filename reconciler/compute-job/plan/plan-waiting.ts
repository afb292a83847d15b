import type { GangPod } from '../pods/gang-pod.ts';
import type { PlacementRequest } from '../queue/placement-request.ts';
import { waitingMessage } from '../queue/waiting-message.ts';
import { idleFields, updateStatus, wasSuspended } from '../resource/job-status.ts';
import { type CONDITIONS, finding, jobEvent } from '../resource/reasons.ts';
import { deadlineExceeded, deadlineLeftMs } from './deadline.ts';
import { type JobDecision, soonest, statusOnly } from './decision.ts';
import { deleteUnfinished } from './delete-unfinished.ts';
import { failJob } from './finish-job.ts';
import type { JobInput } from './input.ts';
import { planStart } from './plan-start.ts';
import { requestNodes } from './request-nodes.ts';

/** How much longer than its grace period a stopping pod is waited for; then its node is avoided instead. */
const STOPPING_SLACK_MS = 5_000;

/** A job without an active attempt: it was never started, or its last attempt has ended. */
export function planWaiting(input: JobInput): JobDecision {
  const unfinished = input.pods.filter((pod) => !pod.finished);
  return { ...decide(input, unfinished), deletePods: deleteUnfinished(unfinished) };
}

function decide(input: JobInput, unfinished: readonly GangPod[]): JobDecision {
  const { spec, status, now, nodeFailed, predecessorPods } = input;
  if (spec.suspend) return suspended(input);
  const deadline = deadlineLeftMs(status.scheduledTime, spec.activeDeadlineSeconds, now);
  if (deadline !== undefined && deadline <= 0) return failJob(input, deadlineExceeded(spec));

  const backoff = status.retryTime === undefined ? 0 : Date.parse(status.retryTime) - now;
  if (backoff > 0) {
    return { ...pending(input, 'BackingOff', status.message ?? ''), requeueAfterMs: soonest(deadline, backoff) };
  }
  const slack = ({ stopBy = now }: GangPod) => stopBy + STOPPING_SLACK_MS - now;
  const isAwaited = (pod: GangPod) => slack(pod) > 0 && !nodeFailed(pod.node);
  const stopping = unfinished.filter(isAwaited);
  if (stopping.length > 0) {
    const message = status.message ?? 'waiting for pods of the previous gang to terminate';
    const requeueAfterMs = soonest(deadline, ...stopping.map(slack));
    return { ...pending(input, 'WaitingForPodsToStop', message), requeueAfterMs };
  }
  if (predecessorPods.some(isAwaited)) {
    const message = 'pods of a deleted job with the same name still exist';
    return { ...pending(input, 'WaitingForPodsToStop', message), requeueAfterMs: soonest(deadline, STOPPING_SLACK_MS) };
  }
  if (input.invalidPod !== undefined) return failJob(input, { reason: 'InvalidTemplate', message: input.invalidPod });
  if (input.dryRunRejection !== undefined) {
    const { message, retryMs } = input.dryRunRejection;
    return { ...pending(input, 'Rejected', message), requeueAfterMs: soonest(deadline, retryMs) };
  }
  const attempts = [...input.pods, ...predecessorPods].map((pod) => pod.attempt);
  const request = requestNodes(input, {
    attempt: 1 + Math.max(status.attempt ?? 0, ...attempts),
    firstIndex: 0,
    count: spec.parallelism,
    preferred: status.nodes ?? [],
    avoided: new Set(unfinished.map((pod) => pod.node)),
  });
  if (input.assignment !== undefined) return planStart(input, request.attempt, input.assignment);
  return { ...queued(input, request), request, requeueAfterMs: soonest(deadline) };
}

/** A job in the queue. Before the first placement pass its status doesn't change. */
function queued(input: JobInput, request: PlacementRequest): JobDecision {
  const { queueStatus, status, spec } = input;
  if (queueStatus === undefined) return statusOnly(status);
  return pending(input, 'WaitingForNodes', waitingMessage(queueStatus, request, spec.priority), queueStatus.position);
}

function pending(
  input: JobInput,
  reason: keyof typeof CONDITIONS.Scheduled,
  message: string,
  position?: number,
): JobDecision {
  const { spec, status } = input;
  const isResumed = wasSuspended(status);
  const findings = [
    finding('Scheduled', reason, message),
    ...(isResumed ? [finding('Suspended', 'Resumed', 'the job is in the queue again')] : []),
  ];
  const fields = { ...idleFields(spec.parallelism), state: 'Pending', message, position } as const;
  return {
    ...statusOnly(updateStatus(input, fields, findings)),
    events: isResumed ? [jobEvent('Resumed', 'Resumed: the job is in the queue again')] : [],
  };
}

function suspended(input: JobInput): JobDecision {
  const { spec, status } = input;
  const message = 'the job is suspended; to resume it, set spec.suspend to false';
  const findings = [finding('Scheduled', 'Suspended', message), finding('Suspended', 'Suspended', message)];
  const times = { scheduledTime: undefined, startTime: undefined, retryTime: undefined, position: undefined };
  const fields = { ...idleFields(spec.parallelism), ...times, state: 'Pending', message } as const;
  return {
    ...statusOnly(updateStatus(input, fields, findings)),
    events: wasSuspended(status) ? [] : [jobEvent('Suspended', 'Suspended: deleting its pods')],
  };
}
