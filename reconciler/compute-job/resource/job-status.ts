import type { ComputeJobStatus } from '../../../constructs/crds/compute-job.ts';
import { clip } from '../../runtime/clip.ts';
import { type Condition, type Finding, updateConditions } from '../../runtime/conditions.ts';
import type { JobView } from '../plan/input.ts';
import { isDerived, jobHealth } from './job-health.ts';

/** The types of a ComputeJob's conditions. */
export type JobConditionType = 'Scheduled' | 'Complete' | 'Failed' | 'Suspended';

/** Reasons of the condition Scheduled. */
export const REASON = {
  placed: 'Placed',
  waiting: 'WaitingForNodes',
  growing: 'WaitingToGrow',
  rejected: 'Rejected',
  stopping: 'WaitingForPodsToStop',
  backingOff: 'BackingOff',
  suspended: 'Suspended',
  finished: 'Finished',
} as const;

/** Statuses of all jobs are in memory, and their messages quote what others wrote. */
const MAX_MESSAGE = 2_048;

/** The status with these fields changed; undefined takes a field out. Conditions that are not found anew stay. */
export function changed(
  { status, generation, now }: Pick<JobView, 'status' | 'generation' | 'now'>,
  fields: Partial<ComputeJobStatus>,
  findings: readonly Finding[] = [],
): ComputeJobStatus {
  const before = (status.conditions ?? []) as readonly Condition[];
  const isKept = (old: Condition) => !isDerived(old) && !findings.some(({ type }) => type === old.type);
  const found: Finding[] = [...before.filter(isKept), ...findings];
  const health = jobHealth('state' in fields ? fields.state : status.state, found);
  const merged = {
    ...status,
    ...fields,
    ...(fields.message !== undefined && { message: clip(fields.message, MAX_MESSAGE) }),
    observedGeneration: generation,
    conditions: updateConditions(before, [...found, ...health], generation, timestamp(now)).sort((a, b) =>
      a.type < b.type ? -1 : 1,
    ),
  };
  return Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== undefined));
}

export function finding(type: JobConditionType, isTrue: boolean, reason: string, message: string): Finding {
  return { type, status: isTrue ? 'True' : 'False', reason, message: clip(message, MAX_MESSAGE) };
}

/** RFC 3339, as statuses have it. */
export function timestamp(ms: number): string {
  return new Date(ms).toISOString();
}

/** Whether the job is over for good. */
export function isFinished({ state }: ComputeJobStatus): boolean {
  return state === 'Completed' || state === 'Failed';
}
