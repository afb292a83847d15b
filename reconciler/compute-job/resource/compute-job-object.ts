import { COMPUTE_JOB, type ComputeJob } from '../../../constructs/crds/compute-job.ts';
import { API_VERSION, GROUP_VERSION } from '../../../constructs/names.ts';
import type { KubeObject, OwnerReference } from '../../kube/object.ts';
import type { ResourceType } from '../../kube/resource-type.ts';
import { bare, stripManagedFields } from '../../kube/transform.ts';
import { NO_ROOM, tooLargeSpec } from '../../runtime/bounded-spec.ts';

/** A ComputeJob as the API server has it. */
export type ComputeJobObject = KubeObject &
  ComputeJob & {
    readonly metadata: { readonly uid: string };
    /** Why its spec is not in the cache, where it is empty then. */
    readonly rejection?: string;
  };

/** A ComputeJob as the cache keeps it: without annotations, and without a spec that takes too much memory. */
export function readJob(object: KubeObject): ComputeJobObject {
  const { annotations: _, ...metadata } = stripManagedFields(object).metadata;
  const job = { ...object, metadata } as ComputeJobObject;
  const rejection = tooLargeSpec(job.spec);
  return rejection === undefined ? job : { ...job, spec: { command: [], ...ttlOf(job) }, rejection };
}

/** What is kept of a job when its namespace has no room for all of it. */
export function reduceJob(job: ComputeJobObject): ComputeJobObject {
  const metadata = bare(job).metadata as ComputeJobObject['metadata'];
  return { ...job, metadata, spec: { command: [], ...ttlOf(job) }, rejection: NO_ROOM };
}

/** What still matters of a rejected spec once the job has finished. */
function ttlOf({ spec }: ComputeJobObject) {
  const { ttlSecondsAfterFinished: ttl } = spec;
  return Number.isInteger(ttl) ? { ttlSecondsAfterFinished: ttl } : {};
}

export const COMPUTE_JOBS: ResourceType = {
  group: COMPUTE_JOB.group,
  version: API_VERSION,
  kind: COMPUTE_JOB.kind,
  plural: COMPUTE_JOB.plural,
  namespaced: true,
};

/** Whether an owner is a ComputeJob of this API group. */
export function isComputeJob({ apiVersion, kind }: OwnerReference): boolean {
  return kind === COMPUTE_JOBS.kind && apiVersion === GROUP_VERSION;
}

/** The job as the owner of its children. */
export function ownerOf({ apiVersion, kind, metadata: { name, uid } }: ComputeJobObject) {
  return { apiVersion, kind, name, uid };
}
