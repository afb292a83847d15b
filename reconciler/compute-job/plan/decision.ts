import type { ComputeJobStatus } from '../../../constructs/crds/compute-job.ts';
import type { PodDeletion } from '../pods/delete-pods.ts';
import type { GangPod } from '../pods/gang-pod.ts';
import type { HostsUpdate } from '../pods/update-hosts.ts';
import type { PlacementRequest } from '../queue/placement-request.ts';
import type { JobEvent } from '../resource/reasons.ts';
import type { EndCause } from './restart-policy.ts';

/**
 * What to do for a job, in the order of the fields: the status is written before any pod is deleted or created because of it.
 */
export interface JobDecision {
  readonly status: ComputeJobStatus;
  readonly deletePods: readonly PodDeletion[];
  /** Indexes of the pods to create, of the attempt in the status. */
  readonly createIndexes: readonly number[];
  /** Whether these pods get a scheduling gate until the whole gang exists. */
  readonly gated?: boolean;
  /** Pods whose scheduling gate is removed. */
  readonly ungate?: readonly GangPod[];
  /** Host names to publish, and pods to update with them; undefined: nothing changes. */
  readonly hosts?: HostsUpdate;
  /** What to ask the scheduler for; undefined: nothing. */
  readonly request?: PlacementRequest;
  /** Nodes not to ask for again for a while. */
  readonly avoidNodes?: readonly string[];
  /** Why the attempt ends, if it does. */
  readonly cause?: EndCause;
  readonly deleteJob?: boolean;
  /** When to reconcile again even if nothing changes; undefined: never. */
  readonly requeueAfterMs?: number | undefined;
  readonly events: readonly JobEvent[];
}

/** A decision that changes the status only. */
export function statusOnly(status: ComputeJobStatus): JobDecision {
  return { status, deletePods: [], createIndexes: [], events: [] };
}

/** The soonest of several times; undefined when there is none. */
export function soonest(...times: readonly (number | undefined)[]): number | undefined {
  const known = times.filter((time) => time !== undefined);
  return known.length === 0 ? undefined : Math.max(0, Math.min(...known));
}
