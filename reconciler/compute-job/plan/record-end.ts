import { formatDuration } from '../../../constructs/duration.ts';
import { idleFields, timestamp, updateStatus } from '../resource/job-status.ts';
import { finding, jobEvent } from '../resource/reasons.ts';
import type { AttemptEnd, GangEnd } from './attempt-end.ts';
import { type JobDecision, statusOnly } from './decision.ts';
import { deleteUnfinished } from './delete-unfinished.ts';
import { completeJob, failJob } from './finish-job.ts';
import type { JobInput, Member } from './input.ts';
import { decideRestart } from './restart-policy.ts';

/**
 * Grace period of the other pods once one has failed or vanished: their work is lost, and the next gang waits for their nodes.
 * When a pod was asked to stop (drain, preemption), all get the grace period of their pod.
 */
const BROKEN_GANG_GRACE_SECONDS = 2;

/** Records how the active attempt ended, and what follows: success, failure or a restart. */
export function recordEnd(input: JobInput, members: readonly Member[], end: AttemptEnd): JobDecision {
  if (end.type === 'Completed') return completeJob(input, members);
  if (end.type === 'Failed') return { ...failJob(input, end), deletePods: deleteUnfinished(input.pods) };

  const { spec, status, now, pods } = input;
  const ranMs = Math.max(0, ...members.map(({ pod }) => (pod?.started === undefined ? 0 : now - pod.started)));
  const { failed = 0, disruptions = 0 } = status;
  const restart = decideRestart(end.cause, { failed, disruptions }, spec.backoffLimit, ranMs);
  const deletePods = deleteUnfinished(pods, isBroken(end) ? BROKEN_GANG_GRACE_SECONDS : undefined);
  if (restart.restarts) return { ...restartGang(input, end, restart), deletePods };
  const message =
    spec.backoffLimit === 0 ? end.message : `${end.message}; reached the backoffLimit of ${spec.backoffLimit}`;
  const decision = failJob(input, { reason: 'BackoffLimitExceeded', message }, restart.failed);
  return { ...decision, deletePods, cause: end.cause };
}

function isBroken({ cause, planned }: GangEnd): boolean {
  return (cause === 'Application' || cause === 'Infrastructure') && !planned;
}

function restartGang(input: JobInput, end: GangEnd, restart: ReturnType<typeof decideRestart>): JobDecision {
  const { spec, status, now } = input;
  const { delayMs, failed, disruptions } = restart;
  const message = end.message + whatFollows(end, delayMs);
  const fields = {
    ...idleFields(spec.parallelism),
    state: 'Pending',
    message,
    endedAttempt: status.attempt,
    failed,
    disruptions,
    retryTime: delayMs > 0 ? timestamp(now + delayMs) : undefined,
  } as const;
  const findings = [finding('Scheduled', delayMs > 0 ? 'BackingOff' : 'WaitingForPodsToStop', message)];
  return {
    ...statusOnly(updateStatus(input, fields, findings)),
    cause: end.cause,
    ...(end.avoid && { avoidNodes: end.avoid }),
    events: [jobEvent(end.reason, `Attempt ${status.attempt ?? 0} ended: ${message}`)],
    requeueAfterMs: delayMs,
  };
}

/** A suspended job restarts only when it is resumed. */
function whatFollows({ reason }: GangEnd, delayMs: number): string {
  if (reason === 'Suspended') return '';
  return delayMs > 0 ? `; the gang will be restarted in ${formatDuration(delayMs)}` : '; the gang will be restarted';
}
