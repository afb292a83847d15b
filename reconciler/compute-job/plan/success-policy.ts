import type { CompleteComputeJobSpec } from '../../../constructs/crds/compute-job.ts';
import type { Member } from './input.ts';

/** Whether the indexes that have succeeded make the job Completed. */
export function hasSucceeded(
  { successPolicy, parallelism }: Pick<CompleteComputeJobSpec, 'successPolicy' | 'parallelism'>,
  members: readonly Pick<Member, 'completed'>[],
): boolean {
  if (successPolicy === 'FirstIndex') return members[0]?.completed ?? false;
  return members.length === parallelism && members.every(({ completed }) => completed);
}
