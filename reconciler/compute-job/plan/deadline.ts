import type { CompleteComputeJobSpec } from '../../../constructs/crds/compute-job.ts';
import type { JobFailure } from './attempt-end.ts';

/**
 * Milliseconds until a job has exceeded its deadline; 0 or less: it has; undefined: it has none yet. Waiting in the queue for the
 * first time doesn't count; pulling images and restarts do.
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

/** The failure of a job that exceeded its deadline. */
export function deadlineExceeded({ activeDeadlineSeconds }: CompleteComputeJobSpec): JobFailure {
  const message = `the job took longer than activeDeadlineSeconds (${activeDeadlineSeconds} s)`;
  return { type: 'Failed', reason: 'DeadlineExceeded', message };
}
