import type { JobRenderContext } from '../../../constructs/compute-job.ts';
import type { Cache } from '../../kube/cache.ts';
import type { KubeClient } from '../../kube/client.ts';
import type { KubeObject } from '../../kube/object.ts';
import type { ApplyContext } from '../../runtime/apply-children.ts';
import type { TrackedPod } from './tracked-pod.ts';

/** What creates, updates and deletes the pods, Services and EndpointSlices of gangs. */
export interface PodsContext {
  readonly client: KubeClient;
  /** All pods of the cluster, indexed by the key of the job that they belong to. */
  readonly pods: Cache<TrackedPod>;
  /** Services and EndpointSlices of gangs, indexed by the key of the job that they belong to. */
  readonly services: Cache<KubeObject>;
  readonly endpointSlices: Cache<KubeObject>;
  readonly children: ApplyContext;
  readonly render: Required<JobRenderContext>;
}
