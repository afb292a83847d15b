import type { ComputeJobStatus } from '../../../constructs/crds/compute-job.ts';
import { FIELD_MANAGER } from '../../../constructs/names.ts';
import type { Cache } from '../../kube/cache.ts';
import type { KubeClient } from '../../kube/client.ts';
import { deepEqual } from '../../kube/deep-equal.ts';
import { type ApplyConfiguration, keyOf } from '../../kube/object.ts';
import { COMPUTE_JOBS, type ComputeJobObject } from './compute-job-object.ts';
import type { StatusRateLimiter } from './status-rate-limiter.ts';

/** What writes statuses. */
export interface StatusContext {
  readonly client: KubeClient;
  readonly jobs: Cache<ComputeJobObject>;
  readonly statusLimiter: StatusRateLimiter;
}

export interface StatusWrite {
  /** The job as it is now. */
  readonly job: ComputeJobObject;
  /** When to write a change that the rate limiter holds back; undefined: everything is written. */
  readonly laterMs?: number;
}

/**
 * Writes the status if it differs, to exactly the version of the job that it was computed from: a decision must not be based on a
 * spec that has changed since, nor overwrite a newer status.
 *
 * @throws ApiStatusError 409 when the job has changed meanwhile
 */
export async function writeStatus(
  job: ComputeJobObject,
  status: ComputeJobStatus,
  { client, jobs, statusLimiter }: StatusContext,
): Promise<StatusWrite> {
  const before = job.status ?? {};
  if (deepEqual(status, before)) return { job };
  const key = keyOf(job);
  const laterMs = statusLimiter.waitMs(key, before, status);
  if (laterMs > 0) return { job, laterMs };
  const { apiVersion, kind, metadata } = job;
  const { name, namespace, uid, resourceVersion } = metadata;
  const version = { name, namespace, uid, ...(resourceVersion && { resourceVersion }) };
  const object: ApplyConfiguration = { apiVersion, kind, metadata: version, status };
  const options = { fieldManager: FIELD_MANAGER, subresource: 'status' } as const;
  const written = await jobs.write(key, () => client.apply(COMPUTE_JOBS, object, options));
  statusLimiter.wrote(key);
  // The cache may have had room for the job before it grew, and for a part of it now. Pods are made from all of it.
  const isReduced = written.rejection !== undefined && job.rejection === undefined;
  const now = isReduced
    ? { ...job, metadata: { ...metadata, ...written.metadata }, status: written.status ?? status }
    : written;
  return { job: now };
}
