/**
 * Every reason that a ComputeJob's conditions and Events can carry. The types of this table keep others out of the code, and
 * `npm run reference` writes docs/reference/compute-conditions.md from it.
 */
import type { ConditionStatus } from '../../runtime/conditions.ts';
import {
  type ConditionReason,
  type ConditionTable,
  type EventReason,
  type EventTable,
  findingsOf,
  type ReasonOf,
} from '../../runtime/reason-table.ts';

const normal = (status: ConditionStatus, meaning: string) =>
  ({ status, severity: 'Normal', meaning }) satisfies ConditionReason;
const warning = (status: ConditionStatus, meaning: string) =>
  ({ status, severity: 'Warning', meaning }) satisfies ConditionReason;

/** By type and reason. `Ready`, `Reconciling` and `Stalled` also carry reasons of `Scheduled` and `Failed`. */
export const CONDITIONS = {
  Scheduled: {
    Placed: normal('True', 'The job has all of its nodes.'),
    WaitingForNodes: normal('False', 'The job is in the queue; the message explains why, with node counts.'),
    WaitingToGrow: normal('False', 'The job is running and waits for more nodes after `parallelism` was increased.'),
    WaitingForPodsToStop: normal(
      'False',
      'Pods of the previous gang, or of a deleted job of the same name, are still terminating.',
    ),
    Rejected: warning(
      'False',
      'The API server rejected a dry run of the first pod (Pod Security, policy, quota), or the dry run failed. The message is from the API server. The operator retries.',
    ),
    BackingOff: warning('False', 'The gang failed and will be restarted later.'),
    Suspended: normal('False', 'The job is suspended.'),
    Finished: normal('False', 'The job has finished and no longer uses nodes.'),
    InvalidSpec: warning('False', 'The stored spec does not match the current schema.'),
  },
  Suspended: {
    Suspended: normal('True', 'The job is suspended; its pods are deleted.'),
    Resumed: normal('False', 'The job was suspended and is in the queue again.'),
  },
  Complete: {
    Succeeded: normal('True', 'All indexes have succeeded, or index 0 with `successPolicy: FirstIndex`.'),
  },
  Failed: {
    BackoffLimitExceeded: warning(
      'True',
      'A pod failed and `backoffLimit` was reached; the message contains its exit code and termination message.',
    ),
    InvalidTemplate: warning(
      'True',
      'The API server rejects the pods as invalid (422). The message is from the API server.',
    ),
    DeadlineExceeded: warning('True', 'The job took longer than `activeDeadlineSeconds`.'),
  },
  Ready: {
    Running: normal('True', 'The gang is running.'),
    Completed: normal('True', 'The job completed successfully.'),
  },
  Reconciling: {
    Pending: normal('True', 'The operator has not observed the job yet, or has not queued it yet.'),
    Idle: normal('False', 'No operation in progress.'),
  },
  Finished: {
    Completed: normal('True', 'The job completed successfully.'),
    Failed: warning('True', 'The job has failed.'),
  },
} as const satisfies ConditionTable;

const event = (meaning: string) => ({ severity: 'Normal', meaning }) satisfies EventReason;
const problem = (meaning: string) => ({ severity: 'Warning', meaning }) satisfies EventReason;

/** Why an attempt ended before it was done. */
const END_REASONS = {
  SpecChanged: event('The spec was changed; a new gang replaces this one.'),
  Suspended: event('The job was suspended.'),
  PodFailed: problem('A pod failed; this counts against `backoffLimit`.'),
  PodStuck: problem(
    'A container could not be created for two minutes. This counts against `backoffLimit`, unless the cause is the node.',
  ),
  PodLost: problem('A pod was evicted, preempted, deleted or lost with its node.'),
  PodVanished: problem('A pod no longer exists and its end was not observed.'),
  NodeFailed: problem('A node failed: its ComputeNode is `Failed` or was deleted.'),
  NodeRestarted: problem('A node restarted while the gang was running.'),
  NotBound: problem('A pod was not bound to its node within two minutes.'),
  NotStarted: problem(
    'A bound pod did not start in time: it had no volumes or network after 5 minutes, or no running container after 30.',
  ),
  PodRefused: problem('The API server rejected a pod.'),
  GangIncomplete: problem('Pods could not be created. If this lasts two minutes, the attempt ends.'),
} as const satisfies EventTable;

/** The reasons of `Failed` and `InvalidSpec` are Warning Events, too. */
export const EVENTS = {
  Placed: event('Nodes were chosen for the next attempt.'),
  Started: event('All pods of the attempt have started.'),
  Grown: event('The running gang was scaled up.'),
  Shrunk: event('The running gang was scaled down.'),
  Resumed: event('The job is in the queue again.'),
  Completed: event('The job completed successfully.'),
  ...END_REASONS,
  WaitingToGrow: problem('A running gang could not grow; the operator retries.'),
} as const satisfies EventTable;

export type EndReason = keyof typeof END_REASONS;
export type FailureReason = ReasonOf<typeof CONDITIONS, 'Failed'>;
type JobEventReason = keyof typeof EVENTS | FailureReason | 'InvalidSpec';

/** A condition of a ComputeJob as it was found now, with the status of its reason. */
export const finding = findingsOf(CONDITIONS);

/** An Event about the job, which is logged as well. */
export interface JobEvent {
  readonly type: EventReason['severity'];
  readonly reason: JobEventReason;
  readonly note: string;
}

/** An Event with the severity of its reason. */
export function jobEvent(reason: JobEventReason, note: string): JobEvent {
  const { severity } = { ...CONDITIONS.Failed, ...CONDITIONS.Scheduled, ...EVENTS }[reason];
  return { type: severity, reason, note };
}
