import type { ComputeJobStatus } from '../../../constructs/crds/compute-job.ts';
import { formatDuration } from '../../../constructs/duration.ts';
import { formatIndexes } from '../resource/index-set.ts';
import { idleFields, timestamp, updateStatus } from '../resource/job-status.ts';
import { finding, jobEvent } from '../resource/reasons.ts';
import type { JobFailure } from './attempt-end.ts';
import { type JobDecision, statusOnly } from './decision.ts';
import { deleteUnfinished } from './delete-unfinished.ts';
import { type JobInput, type Member, membersOf } from './input.ts';

/** A job that reached its success policy. */
export function completeJob(input: JobInput, members: readonly Member[]): JobDecision {
  const { status, spec, now, pods } = input;
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
    finding('Scheduled', 'Finished', 'the job has finished and no longer uses nodes'),
    finding('Complete', 'Succeeded', message),
  ];
  return {
    ...statusOnly(updateStatus(input, fields, findings)),
    deletePods: deleteUnfinished(pods),
    requeueAfterMs: 0,
    events: [jobEvent('Completed', `Completed: ${message} in ${fields.duration}`)],
  };
}

/** A job that did not succeed and is not restarted. */
export function failJob(
  input: JobInput,
  { reason, message }: Omit<JobFailure, 'type'>,
  failed = input.status.failed ?? 0,
): JobDecision {
  const { status, spec, now } = input;
  const { startTime } = status;
  const succeeded = membersOf(input).filter(({ completed }) => completed);
  const fields: Partial<ComputeJobStatus> = {
    ...idleFields(spec.parallelism),
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
    finding('Scheduled', 'Finished', 'the job has finished and no longer uses nodes'),
    finding('Failed', reason, message),
  ];
  return {
    ...statusOnly(updateStatus(input, fields, findings)),
    requeueAfterMs: 0,
    events: [jobEvent(reason, `Failed: ${message}`)],
  };
}
