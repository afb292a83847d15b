import type { CompleteComputeJobSpec } from '../../../constructs/crds/compute-job.ts';

/**
 * Milliseconds until a job has taken too long, 0 or less: it has; undefined: it may take for ever. Waiting in the queue
 * for the first time doesn't count; pulling images and restarts do.
 *
 * @param scheduledTime RFC 3339 text, as in the status
 */
export function deadlineLeftMs(
  scheduledTime: string | undefined,
  activeDeadlineSeconds: number | undefined,
  now: number,
): number | undefined {
  if (scheduledTime === undefined || activeDeadlineSeconds === undefined) return undefined;
  return Date.parse(scheduledTime) + activeDeadlineSeconds * 1000 - now;
}

/** Why a job failed, other than by its last gang's failure: reason and message of its condition. */
export interface JobFailure {
  readonly reason: string;
  readonly message: string;
}

/** The failure of a job that took too long. */
export function deadlineExceeded({ activeDeadlineSeconds }: CompleteComputeJobSpec): JobFailure {
  return {
    reason: 'DeadlineExceeded',
    message: `it took longer than activeDeadlineSeconds (${activeDeadlineSeconds} s)`,
  };
}
