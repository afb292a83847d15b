import { COMPUTE_JOB, type ComputeJob } from '../../constructs/crds/compute-job.ts';
import { API_VERSION, GROUP_VERSION } from '../../constructs/names.ts';
import type { KubeObject, OwnerReference } from '../kube/object.ts';
import type { ResourceType } from '../kube/resource-type.ts';

/** A ComputeJob as the API server has it. */
export type ComputeJobObject = KubeObject & ComputeJob & { readonly metadata: { readonly uid: string } };

export const COMPUTE_JOBS: ResourceType = {
  group: COMPUTE_JOB.group,
  version: API_VERSION,
  kind: COMPUTE_JOB.kind,
  plural: COMPUTE_JOB.plural,
  namespaced: true,
};

/** Whether an owner is a ComputeJob of ours, not of another API group. */
export function isComputeJob({ apiVersion, kind }: OwnerReference): boolean {
  return kind === COMPUTE_JOBS.kind && apiVersion === GROUP_VERSION;
}

/** The job as the owner of its children. */
export function ownerOf({ apiVersion, kind, metadata: { name, uid } }: ComputeJobObject) {
  return { apiVersion, kind, name, uid };
}
