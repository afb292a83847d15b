import type { ComputeJobStatus } from '../../../constructs/crds/compute-job.ts';
import { FIELD_MANAGER } from '../../../constructs/names.ts';
import { deepEqual } from '../../kube/deep-equal.ts';
import { keyOf, type Rendered } from '../../kube/object.ts';
import type { ComputeJobContext } from '../context.ts';
import { COMPUTE_JOBS, type ComputeJobObject } from './compute-job-object.ts';

export interface StatusWrite {
  /** The job as it is now. */
  readonly job: ComputeJobObject;
  /** When to write what is not worth a write yet; undefined: everything is written. */
  readonly laterMs?: number;
}

/**
 * Writes the status if it differs, on the very version of the job that it was computed from: a decision must not stand on a
 * spec that has changed meanwhile, nor overwrite one that we no longer remember.
 *
 * @throws ApiStatusError 409 when the job has changed meanwhile
 */
export async function writeStatus(
  job: ComputeJobObject,
  status: ComputeJobStatus,
  { client, jobs, pace }: ComputeJobContext,
): Promise<StatusWrite> {
  const before = job.status ?? {};
  if (deepEqual(status, before)) return { job };
  const key = keyOf(job);
  const laterMs = pace.waitMs(key, before, status);
  if (laterMs > 0) return { job, laterMs };
  const { apiVersion, kind, metadata } = job;
  const { name, namespace, uid, resourceVersion } = metadata;
  const version = { name, namespace, uid, ...(resourceVersion && { resourceVersion }) };
  const object: Rendered = { apiVersion, kind, metadata: version, status };
  const options = { fieldManager: FIELD_MANAGER, subresource: 'status' } as const;
  const written = await jobs.write(key, () => client.apply(COMPUTE_JOBS, object, options));
  pace.wrote(key);
  return { job: written };
}
