import { scheduledMessage } from '../queue/waiting-message.ts';
import { changed, finding, REASON } from '../resource/job-status.ts';
import { deadlineExceeded, deadlineLeftMs } from './deadline.ts';
import { type GangAsk, type JobPlan, justStatus, soonest } from './decision.ts';
import { type GangPod, type JobView, waitingJob } from './input.ts';
import { planStart } from './plan-start.ts';
import { failJob } from './record-end.ts';

/** A pod that takes longer than this beyond the time it was given is not waited for: its node is left out instead. */
const STOPPING_SLACK_MS = 5_000;

/** A job without a gang: it was never started, or its last attempt has ended. */
export function planWaiting(view: JobView): JobPlan {
  const unfinished = view.pods.filter((pod) => !pod.finished);
  const remove = unfinished.filter((pod) => pod.stopBy === undefined).map((pod) => ({ pod }));
  return { ...decide(view, unfinished), remove };
}

function decide(view: JobView, unfinished: readonly GangPod[]): JobPlan {
  const { spec, status, now, nodeFailed, former } = view;
  if (spec.suspend) return suspended(view);
  const deadline = deadlineLeftMs(status.scheduledTime, spec.activeDeadlineSeconds, now);
  if (deadline !== undefined && deadline <= 0) return failJob(view, deadlineExceeded(spec));

  const backoff = status.retryTime === undefined ? 0 : Date.parse(status.retryTime) - now;
  if (backoff > 0) {
    return { ...pending(view, REASON.backingOff, status.message ?? ''), lookAgainMs: soonest(deadline, backoff) };
  }
  const slack = ({ stopBy = now }: GangPod) => stopBy + STOPPING_SLACK_MS - now;
  const isAwaited = (pod: GangPod) => slack(pod) > 0 && !nodeFailed(pod.node);
  const stopping = unfinished.filter(isAwaited);
  if (stopping.length > 0) {
    const message = status.message ?? 'pods of an earlier gang have yet to stop';
    return { ...pending(view, REASON.stopping, message), lookAgainMs: soonest(deadline, ...stopping.map(slack)) };
  }
  if (former.pods.some(isAwaited)) {
    const message = 'pods of a deleted job of this name have yet to go';
    return { ...pending(view, REASON.stopping, message), lookAgainMs: soonest(deadline, STOPPING_SLACK_MS) };
  }
  if (view.invalid !== undefined) return failJob(view, { reason: 'InvalidTemplate', message: view.invalid });
  if (view.rejected !== undefined) {
    const { message, retryMs } = view.rejected;
    return { ...pending(view, REASON.rejected, message), lookAgainMs: soonest(deadline, retryMs) };
  }
  const ask: GangAsk = {
    attempt: 1 + Math.max(status.attempt ?? 0, ...[...view.pods, ...former.pods].map((pod) => pod.attempt)),
    from: 0,
    count: spec.parallelism,
    preferred: status.nodes ?? [],
    avoided: unfinished.map((pod) => pod.node),
  };
  if (view.assignment !== undefined) return planStart(view, ask.attempt, view.assignment);
  return { ...queued(view), ask, lookAgainMs: soonest(deadline) };
}

/** In the queue; before the first pass over it there is nothing to say. */
function queued(view: JobView): JobPlan {
  const { wait, status } = view;
  return wait === undefined
    ? justStatus(status)
    : pending(view, REASON.waiting, scheduledMessage(wait, waitingJob(view)), wait.position);
}

function pending(view: JobView, reason: string, message: string, position?: number): JobPlan {
  const wasSuspended = view.status.conditions?.some(({ type, status }) => type === 'Suspended' && status === 'True');
  const findings = [
    finding('Scheduled', false, reason, message),
    ...(wasSuspended ? [finding('Suspended', false, 'Resumed', 'the job waits for nodes again')] : []),
  ];
  return {
    ...justStatus(changed(view, { ...idle(view), state: 'Pending', message, position }, findings)),
    notes: wasSuspended ? [{ type: 'Normal', reason: 'Resumed', note: 'Resumed: waits for nodes again' }] : [],
  };
}

function suspended(view: JobView): JobPlan {
  const message = 'the job is suspended; set suspend to false to queue it again';
  const known = view.status.conditions?.some(({ type, status }) => type === 'Suspended' && status === 'True');
  const findings = [
    finding('Scheduled', false, REASON.suspended, message),
    finding('Suspended', true, REASON.suspended, message),
  ];
  const times = { scheduledTime: undefined, startTime: undefined, retryTime: undefined, position: undefined };
  return {
    ...justStatus(changed(view, { ...idle(view), ...times, state: 'Pending', message }, findings)),
    notes: known ? [] : [{ type: 'Normal', reason: 'Suspended', note: 'Suspended: its pods are removed' }],
  };
}

function idle({ spec }: JobView) {
  return { activeNodes: [], summary: `0/${spec.parallelism}` };
}
