import type { CompleteComputeJobSpec, ComputeJobStatus } from '../../../constructs/crds/compute-job.ts';
import type { Amounts } from '../../node-resources/amounts.ts';
import type { PodOutcome } from '../pods/pod-state.ts';
import type { Wait } from '../queue/placement-pass.ts';
import type { WaitingJob } from '../queue/waiting-message.ts';
import { parseIndexes } from '../resource/index-set.ts';
import type { NodeSigns } from './failure-cause.ts';

/** A pod of a job, of any attempt. Times are milliseconds since the epoch; on our own clock but for `started` and `ended`. */
export interface GangPod {
  readonly name: string;
  readonly uid: string;
  readonly attempt: number;
  readonly index: number;
  /** The node that it is pinned to. */
  readonly node: string;
  readonly outcome: PodOutcome;
  /** Its phase is Succeeded or Failed: it holds nothing of its node any more. */
  readonly finished: boolean;
  /** Since when it was seen unbound. */
  readonly unboundSince: number;
  /** Since when it was seen on its node without its container running. */
  readonly startingSince?: number;
  /** When it was told to stop, or by when it has to; undefined: it wasn't. */
  readonly stopBy?: number;
  /** Since when it was seen to have failed. */
  readonly failedSince?: number;
  /** Since when its container can't be created. */
  readonly stuckSince?: number;
  readonly started?: number;
  readonly ended?: number;
  /** Its IP addresses, once it has some. */
  readonly addresses: readonly string[];
  /** How many hosts its ROLLCALL_HOSTS_FILE lists. */
  readonly hosts: number;
  /** How many slots each of them has in its ROLLCALL_HOSTFILE; undefined: it has none. */
  readonly slots?: number;
  /** Hash of the names and addresses that its init container waits for; undefined: it doesn't wait. */
  readonly check?: string;
}

/** Everything that decides what is to be done for a job. */
export interface JobView {
  readonly name: string;
  readonly namespace: string;
  readonly uid: string;
  /** Of the cluster's DNS. */
  readonly clusterDomain: string;
  readonly generation: number;
  readonly spec: CompleteComputeJobSpec;
  readonly status: ComputeJobStatus;
  /** Of each of its pods. */
  readonly requests: Amounts;
  /** By which it stands in the queue: that of its spec, within the range of its namespace. */
  readonly priority: number;
  readonly pods: readonly GangPod[];
  /** What a deleted job of the same name has left for the garbage collector. */
  readonly former: { readonly pods: readonly GangPod[] };
  /** Whether the node's pods are lost: its ComputeNode is Failed or gone. */
  readonly nodeFailed: (node: string) => boolean;
  /** Signs of life of a node. */
  readonly nodeSigns: (node: string) => NodeSigns;
  /** Nodes that were just chosen for what the job asks for now. */
  readonly assignment?: readonly string[] | undefined;
  /** Why nothing was chosen yet. */
  readonly wait?: Wait | undefined;
  /** The API server's sentence, when it has just refused a pod of this attempt. */
  readonly refusal?: string | undefined;
  /** The same, when there can be no such pod. */
  readonly invalid?: string | undefined;
  /** A pod like the job's is not admitted for the time being. */
  readonly rejected?: { readonly message: string; readonly retryMs: number } | undefined;
  /** Pods of this attempt could not be created, for a reason that may pass. */
  readonly incomplete?: { readonly message: string; readonly forMs: number } | undefined;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** What of a job the message about its waiting says. */
export function waitingJob({ requests, spec, priority }: JobView): WaitingJob {
  return { requests, nodeSelector: spec.nodeSelector, priority: { asked: spec.priority, counts: priority } };
}

/** One index of the present attempt. */
export interface Member {
  readonly index: number;
  readonly node: string;
  readonly pod: GangPod | undefined;
  /** It has succeeded: seen now, or recorded before its pod went. */
  readonly completed: boolean;
}

/** Whether an attempt goes on: it has its nodes, and its outcome isn't recorded yet. */
export function isLive({ attempt = 0, endedAttempt = 0 }: ComputeJobStatus): boolean {
  return attempt > endedAttempt;
}

/** The members of the attempt that the status speaks of, in the order of their indexes. */
export function membersOf({ status, pods }: Pick<JobView, 'status' | 'pods'>): readonly Member[] {
  const completed = parseIndexes(status.completedIndexes ?? '');
  const present = new Map(pods.filter((pod) => pod.attempt === status.attempt).map((pod) => [pod.index, pod]));
  return (status.nodes ?? []).map((node, index) => {
    const pod = present.get(index);
    return { index, node, pod, completed: completed.has(index) || pod?.outcome.type === 'Succeeded' };
  });
}
