import type { ComputeJobStatus } from '../../../constructs/crds/compute-job.ts';
import { formatDuration } from '../../../constructs/duration.ts';
import { formatIndexes } from '../resource/index-set.ts';
import { changed, finding, REASON, timestamp } from '../resource/job-status.ts';
import type { JobFailure } from './deadline.ts';
import { type JobNote, type JobPlan, justStatus, type Removal } from './decision.ts';
import type { AttemptEnd } from './detect-end.ts';
import { type JobView, type Member, membersOf } from './input.ts';
import { gangRestart } from './restart-policy.ts';

/**
 * What the others of a gang get to stop in, once one of them has failed or vanished: their work is lost, and the next gang
 * waits for their nodes. When one was asked to stop (drain, preemption), all get the grace period of their pod.
 */
const BROKEN_GANG_GRACE_SECONDS = 2;

/** Records how the present attempt ended, and what follows. */
export function planEnd(view: JobView, members: readonly Member[], end: AttemptEnd): JobPlan {
  if (end.type === 'Completed') return completeJob(view, members);
  if (end.type === 'Failed') return { ...failJob(view, end), remove: unfinishedPods(view) };

  const { spec, status, now } = view;
  const ran = Math.max(0, ...members.map(({ pod }) => (pod?.started === undefined ? 0 : now - pod.started)));
  const { failed = 0, disruptions = 0 } = status;
  const restart = gangRestart(end.cause, { failed, disruptions }, spec.backoffLimit, ran);
  const { delayMs } = restart;
  const broken = (end.cause === 'Application' || end.cause === 'Infrastructure') && !end.planned;
  const remove = unfinishedPods(view, broken ? BROKEN_GANG_GRACE_SECONDS : undefined);
  if (!restart.again) {
    const message = spec.backoffLimit === 0 ? end.message : `${end.message}; restarted ${spec.backoffLimit} times`;
    const plan = failJob(view, { reason: 'BackoffLimitExceeded', message }, restart.failed);
    return { ...plan, remove, cause: end.cause };
  }
  const reason = delayMs > 0 ? REASON.backingOff : REASON.stopping;
  const next = delayMs > 0 ? `; the gang restarts in ${formatDuration(delayMs)}` : '; the gang restarts';
  return {
    ...justStatus(
      changed(
        view,
        {
          ...idle(view),
          state: 'Pending',
          message: end.message + next,
          endedAttempt: status.attempt,
          failed: restart.failed,
          disruptions: restart.disruptions,
          retryTime: delayMs > 0 ? timestamp(now + delayMs) : undefined,
        },
        [finding('Scheduled', false, reason, end.message + next)],
      ),
    ),
    remove,
    cause: end.cause,
    ...(end.avoid && { avoid: end.avoid }),
    notes: [restartNote(end, next, status.attempt)],
    lookAgainMs: delayMs,
  };
}

function restartNote({ cause, reason, message }: AttemptEnd & { type: 'Restart' }, next: string, attempt = 0): JobNote {
  return {
    type: cause === 'Request' ? 'Normal' : 'Warning',
    reason,
    note: `Attempt ${attempt} ended: ${message}${next}`,
  };
}

function completeJob(view: JobView, members: readonly Member[]): JobPlan {
  const { status, spec, now } = view;
  const wanted = members.slice(0, spec.parallelism);
  const ended = wanted.map(({ pod }) => pod?.ended).filter((time) => time !== undefined);
  const started = wanted.map(({ pod }) => pod?.started).filter((time) => time !== undefined);
  const endTime = ended.length > 0 ? Math.max(...ended) : now;
  const startTime = status.startTime ?? timestamp(started.length > 0 ? Math.max(...started) : endTime);
  const succeeded = wanted.filter(({ completed }) => completed);
  const all = `all ${spec.parallelism} ${spec.parallelism === 1 ? 'index' : 'indexes'} succeeded`;
  const message = spec.successPolicy === 'FirstIndex' ? 'index 0 succeeded' : all;
  const fields: Partial<ComputeJobStatus> = {
    state: 'Completed',
    message,
    endedAttempt: status.attempt,
    nodes: wanted.map(({ node }) => node),
    activeNodes: [],
    summary: `${succeeded.length}/${spec.parallelism}`,
    started: wanted.length,
    completedIndexes: formatIndexes(succeeded.map(({ index }) => index)),
    succeeded: succeeded.length,
    startTime,
    endTime: timestamp(Math.max(endTime, Date.parse(startTime))),
    duration: formatDuration(Math.max(0, endTime - Date.parse(startTime))),
  };
  const findings = [
    finding('Scheduled', false, REASON.finished, 'it holds no nodes any more'),
    finding('Complete', true, 'Succeeded', message),
  ];
  return {
    ...justStatus(changed(view, fields, findings)),
    remove: unfinishedPods(view),
    lookAgainMs: 0,
    notes: [{ type: 'Normal', reason: 'Completed', note: `Completed: ${message} in ${fields.duration}` }],
  };
}

/** The end of a job that did not succeed. */
export function failJob(view: JobView, { reason, message }: JobFailure, failed = view.status.failed ?? 0): JobPlan {
  const { status, now } = view;
  const { startTime } = status;
  const succeeded = membersOf(view).filter(({ completed }) => completed);
  const fields: Partial<ComputeJobStatus> = {
    ...idle(view),
    state: 'Failed',
    message,
    endedAttempt: status.attempt,
    completedIndexes: formatIndexes(succeeded.map(({ index }) => index)),
    succeeded: succeeded.length,
    failed,
    endTime: timestamp(now),
    retryTime: undefined,
    position: undefined,
    duration: startTime === undefined ? undefined : formatDuration(Math.max(0, now - Date.parse(startTime))),
  };
  const findings = [
    finding('Scheduled', false, REASON.finished, 'it holds no nodes any more'),
    finding('Failed', true, reason, message),
  ];
  return {
    ...justStatus(changed(view, fields, findings)),
    lookAgainMs: 0,
    notes: [{ type: 'Warning', reason, note: `Failed: ${message}` }],
  };
}

/** Deletions of everything that may still run. */
function unfinishedPods({ pods }: JobView, graceSeconds?: number): Removal[] {
  return pods
    .filter((pod) => !pod.finished && pod.stopBy === undefined)
    .map((pod) => ({ pod, ...(graceSeconds !== undefined && { graceSeconds }) }));
}

function idle({ spec }: JobView) {
  return { activeNodes: [], summary: `0/${spec.parallelism}` };
}
