import { renderGang } from '../../../constructs/compute-job.ts';
import { FIELD_MANAGER } from '../../../constructs/names.ts';
import { PODS } from '../../kube/core-types.ts';
import type { ApplyConfiguration, KubeObject } from '../../kube/object.ts';
import type { Amounts } from '../../node-resources/amounts.ts';
import { type PodWithRequests, podRequests } from '../../node-resources/pod-requests.ts';
import type { ComputeJobObject } from '../resource/compute-job-object.ts';
import type { PodsContext } from './context.ts';

/**
 * What a pod of the job would request after admission, by a server-side dry run. Nothing is created.
 *
 * @throws KubeError when it would not be admitted
 */
export async function admittedRequests(
  job: ComputeJobObject,
  attempt: number,
  { client, render }: Pick<PodsContext, 'client' | 'render'>,
): Promise<Amounts> {
  // The node and the number of other pods don't change what the pod requests.
  const placement = { attempt, nodes: ['any'], indexes: [0] };
  const [, pod] = renderGang(job, render, placement) as [ApplyConfiguration, ApplyConfiguration];
  return podRequests(await client.dryRunCreate<KubeObject & PodWithRequests>(PODS, pod, FIELD_MANAGER));
}
