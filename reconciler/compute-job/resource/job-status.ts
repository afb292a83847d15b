import type { ComputeJobStatus } from '../../../constructs/crds/compute-job.ts';
import { type Condition, type Finding, updateConditions } from '../../runtime/conditions.ts';
import { truncate } from '../../runtime/truncate.ts';
import { isDerived, jobHealth } from './job-health.ts';

/** Statuses of all jobs are in memory, and their messages quote what others wrote. */
const MAX_MESSAGE = 2_048;

/** A job's status before an update. */
export interface StatusBase {
  readonly status: ComputeJobStatus;
  readonly generation: number;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** The status with these fields changed; undefined removes a field. Conditions without a new finding are kept. */
export function updateStatus(
  { status, generation, now }: StatusBase,
  fields: Partial<ComputeJobStatus>,
  findings: readonly Finding[] = [],
): ComputeJobStatus {
  const before = (status.conditions ?? []) as readonly Condition[];
  const isKept = (old: Condition) => !isDerived(old) && !findings.some(({ type }) => type === old.type);
  const found = [...before.filter(isKept), ...findings].map(clipped);
  const health = jobHealth('state' in fields ? fields.state : status.state, found);
  const merged = {
    ...status,
    ...fields,
    ...(fields.message !== undefined && { message: truncate(fields.message, MAX_MESSAGE) }),
    observedGeneration: generation,
    conditions: updateConditions(before, [...found, ...health], generation, timestamp(now)).sort((a, b) =>
      a.type < b.type ? -1 : 1,
    ),
  };
  return Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== undefined));
}

function clipped(finding: Finding): Finding {
  return { ...finding, message: truncate(finding.message, MAX_MESSAGE) };
}

/** Fields of a job without running pods. */
export function idleFields(parallelism: number) {
  return { activeNodes: [], summary: `0/${parallelism}` };
}

/** RFC 3339, as in statuses. */
export function timestamp(ms: number): string {
  return new Date(ms).toISOString();
}

/** Whether the job has finished: it never runs again. */
export function isFinished({ state }: ComputeJobStatus): boolean {
  return state === 'Completed' || state === 'Failed';
}

/** Whether an attempt is active: it has its nodes, and its end is not recorded yet. */
export function isActive({ attempt = 0, endedAttempt = 0 }: ComputeJobStatus): boolean {
  return attempt > endedAttempt;
}

/** Whether the job was suspended when its status was written. */
export function wasSuspended({ conditions = [] }: ComputeJobStatus): boolean {
  return conditions.some(({ type, status }) => type === 'Suspended' && status === 'True');
}
