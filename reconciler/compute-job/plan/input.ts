import type { CompleteComputeJobSpec } from '../../../constructs/crds/compute-job.ts';
import type { NodeSigns } from '../../compute-node/node-signs.ts';
import type { Amounts } from '../../node-resources/amounts.ts';
import type { GangPod } from '../pods/gang-pod.ts';
import type { QueueStatus } from '../queue/placement-pass.ts';
import { parseIndexes } from '../resource/index-set.ts';
import type { StatusBase } from '../resource/job-status.ts';

/** Everything that decides what to do for a job. */
export interface JobInput extends StatusBase {
  readonly name: string;
  readonly namespace: string;
  readonly uid: string;
  /** When the job was created, in milliseconds since the epoch. */
  readonly created: number;
  /** Domain of the cluster's DNS. */
  readonly clusterDomain: string;
  readonly spec: CompleteComputeJobSpec;
  /** What each of its pods requests. */
  readonly requests: Amounts;
  /** The spec's priority, limited to the range of the namespace. */
  readonly priority: number;
  readonly pods: readonly GangPod[];
  /** Pods of a deleted job of the same name that the garbage collector has not removed yet. */
  readonly predecessorPods: readonly GangPod[];
  /** Whether a node's pods are lost: its ComputeNode is Failed or deleted. */
  readonly nodeFailed: (node: string) => boolean;
  readonly nodeSigns: (node: string) => NodeSigns;
  /** Nodes that were just chosen for what the job requests now. */
  readonly assignment?: readonly string[] | undefined;
  /** Why no nodes were chosen yet. */
  readonly queueStatus?: QueueStatus | undefined;
  /** Message of the API server that has just rejected a pod of this attempt. */
  readonly podRejection?: string | undefined;
  /** The same, when no such pod is valid. */
  readonly invalidPod?: string | undefined;
  /** A dry run of a pod is not admitted at the moment. */
  readonly dryRunRejection?: { readonly message: string; readonly retryMs: number } | undefined;
  /** Pods of this attempt could not be created, for a reason that may be transient. */
  readonly incomplete?: { readonly message: string; readonly forMs: number } | undefined;
}

/** One index of the current attempt. */
export interface Member {
  readonly index: number;
  readonly node: string;
  readonly pod: GangPod | undefined;
  /** It has succeeded: observed now, or recorded before its pod was deleted. */
  readonly completed: boolean;
}

/** The members of the attempt in the status, in the order of their indexes. */
export function membersOf({ status, pods }: Pick<JobInput, 'status' | 'pods'>): readonly Member[] {
  const completed = parseIndexes(status.completedIndexes ?? '');
  const present = new Map(pods.filter((pod) => pod.attempt === status.attempt).map((pod) => [pod.index, pod]));
  return (status.nodes ?? []).map((node, index) => {
    const pod = present.get(index);
    return { index, node, pod, completed: completed.has(index) || pod?.state.type === 'Succeeded' };
  });
}
