import type { ComputeJobStatus } from '../../../constructs/crds/compute-job.ts';

/**
 * Milliseconds until a finished job is deleted; 0 or less: now; undefined: never.
 *
 * @param ttlSecondsAfterFinished any value that a stored spec may have
 */
export function finishedTtlLeftMs(
  status: ComputeJobStatus,
  ttlSecondsAfterFinished: unknown,
  now: number,
): number | undefined {
  const endTime = finishedAt(status);
  if (endTime === undefined || !Number.isInteger(ttlSecondsAfterFinished)) return undefined;
  return Date.parse(endTime) + Number(ttlSecondsAfterFinished) * 1000 - now;
}

/** When the operator observed the end: endTime is by the kubelets' clocks and may be wrong. */
function finishedAt({ conditions = [], endTime }: ComputeJobStatus): string | undefined {
  const end = conditions.find(({ type, status }) => (type === 'Complete' || type === 'Failed') && status === 'True');
  return end?.lastTransitionTime ?? endTime;
}
