import { contentHash } from '../../../constructs/content-hash.ts';
import {
  ANNOTATION_ADDRESSES,
  ANNOTATION_HOSTFILE,
  ANNOTATION_HOSTS,
  LABEL_ATTEMPT,
  LABEL_INDEX,
} from '../../../constructs/names.ts';
import { controllerOf, type KubeObject, type OwnerReference } from '../../kube/object.ts';
import { identity } from '../../kube/transform.ts';
import type { Amounts } from '../../node-resources/amounts.ts';
import { type PodWithRequests, podRequests } from '../../node-resources/pod-requests.ts';
import { isComputeJob } from '../resource/compute-job-object.ts';
import { type PodState, podState, podTimes, type SentPodState } from './pod-state.ts';

/**
 * A pod as it is cached: what it uses of its node and, if it belongs to a ComputeJob, its role and state. Every pod of the cluster is
 * cached, so little is kept of each.
 */
export interface TrackedPod extends KubeObject {
  /** The node that it is bound to. */
  readonly node?: string;
  /** Its phase is Succeeded or Failed: it no longer uses resources of its node. */
  readonly finished: boolean;
  readonly requests: Amounts;
  readonly gang?: GangRole;
}

/** A pod of a ComputeJob as the API server shows it. Times are milliseconds since the epoch. */
export interface GangMember {
  readonly attempt: number;
  readonly index: number;
  readonly state: PodState;
  readonly started?: number;
  readonly ended?: number;
  /** Its IP addresses, once it has some. */
  readonly addresses: readonly string[];
  /** How many hosts its ROLLCALL_HOSTS_FILE lists. */
  readonly hosts: number;
  /** How many slots each of them has in its ROLLCALL_HOSTFILE; undefined: it has no such file. */
  readonly slots?: number;
  /** Hash of the names and addresses that its init container waits for; undefined: it doesn't wait. */
  readonly addressesHash?: string;
}

/** What only pods of ComputeJobs have. */
export interface GangRole extends GangMember {
  /** Key of the job. */
  readonly job: string;
  /** The node that it is pinned to. Other pods can be pinned too: a pod uses nothing of the node until it is bound. */
  readonly pinnedTo?: string;
  /** Grace period of a pod that is being deleted. */
  readonly graceMs?: number;
}

type SentPod = KubeObject & SentPodState & PodWithRequests & PinnedPod;

interface PinnedPod {
  readonly spec: {
    readonly affinity?: {
      readonly nodeAffinity?: {
        readonly requiredDuringSchedulingIgnoredDuringExecution?: {
          readonly nodeSelectorTerms: readonly {
            readonly matchFields?: readonly { readonly values?: readonly string[] }[];
          }[];
        };
      };
    };
  };
}

export function trackPod(object: KubeObject): TrackedPod {
  const pod = object as SentPod;
  const { apiVersion, kind, metadata } = pod;
  const owner = controllerOf(object);
  const job = owner && isComputeJob(owner) ? owner : undefined;
  const node = pod.spec.nodeName;
  return {
    apiVersion,
    kind,
    metadata: { ...identity(object.metadata), ...(job && { ownerReferences: [job] }) },
    ...(node && { node }),
    finished: pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed',
    requests: podRequests(pod),
    ...(job && { gang: gangRole(pod, metadata, job) }),
  };
}

function gangRole(pod: SentPod, metadata: SentPod['metadata'], owner: OwnerReference): GangRole {
  const { labels, annotations, namespace } = metadata;
  const pinnedTo = pinnedNode(pod);
  const { deletionTimestamp, deletionGracePeriodSeconds = 0 } = metadata;
  const slots = /slots=(\d+)\n/.exec(annotations?.[ANNOTATION_HOSTFILE] ?? '');
  const check = annotations?.[ANNOTATION_ADDRESSES];
  return {
    job: `${namespace}/${owner.name}`,
    ...(pinnedTo !== undefined && { pinnedTo }),
    attempt: numberOf(labels?.[LABEL_ATTEMPT]),
    index: numberOf(labels?.[LABEL_INDEX]),
    state: podState(pod),
    ...(deletionTimestamp !== undefined && { graceMs: deletionGracePeriodSeconds * 1_000 }),
    ...podTimes(pod),
    addresses: addressesOf(pod),
    hosts: (annotations?.[ANNOTATION_HOSTS] ?? '').split('\n').length - 1,
    ...(slots && { slots: Number(slots[1]) }),
    ...(check !== undefined && { addressesHash: contentHash(check) }),
  };
}

/** At most one for each address family. */
function addressesOf({ status }: SentPod): string[] {
  const ips = status?.podIPs?.map(({ ip }) => ip) ?? [status?.podIP];
  return ips.flatMap((ip) => (ip ? [ip] : []));
}

function pinnedNode({ spec }: PinnedPod): string | undefined {
  const terms = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  return terms?.[0]?.matchFields?.[0]?.values?.[0];
}

/** Value of a label that the operator writes as a number; others can write anything. */
function numberOf(label = ''): number {
  return /^\d{1,9}$/.test(label) ? Number(label) : 0;
}
