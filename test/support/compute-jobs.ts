import type { ComputeJobSpec, ComputeJobStatus } from '../../constructs/crds/compute-job.ts';
import { computeJobSpec } from '../../constructs/crds/compute-job.ts';
import type { JobDecision } from '../../reconciler/compute-job/plan/decision.ts';
import type { JobInput } from '../../reconciler/compute-job/plan/input.ts';
import type { GangPod } from '../../reconciler/compute-job/pods/gang-pod.ts';
import { jobRequests } from '../../reconciler/compute-job/pods/job-requests.ts';
import type { PodState } from '../../reconciler/compute-job/pods/pod-state.ts';
import { eligibilityKey } from '../../reconciler/compute-job/queue/node-table.ts';
import type { QueuedRequest } from '../../reconciler/compute-job/queue/placement-pass.ts';
import type { PlacementRequest } from '../../reconciler/compute-job/queue/placement-request.ts';
import { attemptHash } from '../../reconciler/compute-job/resource/attempt-hash.ts';
import type { NodeFacts } from '../../reconciler/compute-node/node-facts.ts';

/** 2026-01-01, when every case takes place. */
export const NOW = Date.UTC(2026, 0, 1);

export function ago(ms: number): string {
  return new Date(NOW - ms).toISOString();
}

/** A Running node with 4 cores, but for what is given. */
export function ledgerNode(name: string, more: Partial<NodeFacts> = {}): NodeFacts {
  const allocatable = more.allocatable ?? { cpu: 4000, pods: 110 };
  return {
    name,
    labels: {},
    taints: [],
    running: true,
    unschedulable: false,
    allocatable,
    capacity: allocatable,
    ...more,
  };
}

/** Nodes n0, n1, …, each with 4 cores. */
export function ledgerNodes(count: number): NodeFacts[] {
  return Array.from({ length: count }, (_, index) => ledgerNode(`n${index}`));
}

/** A request of the job ns/job for a gang of pods with one core each, except for what is given. */
export function placementRequest(count: number, more: Partial<PlacementRequest> = {}): PlacementRequest {
  const filter = { nodeSelector: more.nodeSelector ?? {}, tolerations: more.tolerations ?? [] };
  return {
    key: 'ns/job',
    id: 'first',
    priority: 0,
    created: 0,
    attempt: 1,
    firstIndex: 0,
    count,
    requests: { cpu: 1000, pods: 1 },
    ...filter,
    eligibilityKey: eligibilityKey(filter),
    preferred: [],
    avoided: new Set(),
    ...more,
  };
}

type QueuedOptions = Partial<PlacementRequest> & Partial<Omit<QueuedRequest, 'request'>>;

/** Such a request in the queue, never bypassed before, except for what is given. */
export function queuedRequest(key: string, count: number, more: QueuedOptions = {}): QueuedRequest {
  const { wasBypassed = false, mayReserve = false, stalls = 0, ...request } = more;
  return { request: placementRequest(count, { key, ...request }), wasBypassed, mayReserve, stalls };
}

export const SUCCEEDED: PodState = { type: 'Succeeded' };
export const FAILED: PodState = { type: 'Failed', message: 'exit code 3: no luck' };
export const LOST: PodState = { type: 'Lost', message: 'EvictionByEvictionAPI' };
export const STARTING: PodState = { type: 'Starting' };

/** Pod of the attempt 1, Running on node n<index>, but for what is given. */
export function gangPod(index: number, state: PodState = { type: 'Running' }, more: Partial<GangPod> = {}): GangPod {
  const attempt = more.attempt ?? 1;
  return {
    name: `train-gang-${attempt}-${index}`,
    uid: `uid-${attempt}-${index}`,
    attempt,
    index,
    node: `n${index}`,
    state,
    finished: state.type === 'Succeeded' || state.type === 'Failed',
    unboundSince: NOW - 60_000,
    started: NOW - 50_000,
    addresses: [`10.0.0.${index + 1}`],
    hosts: 3,
    ...more,
  };
}

interface InputOptions extends Partial<Omit<JobInput, 'spec' | 'status'>> {
  readonly spec?: Partial<ComputeJobSpec>;
  readonly status?: ComputeJobStatus;
  readonly failedNodes?: readonly string[];
}

/** The job `train`, which wants 3 nodes and was never seen before, but for what is given. */
export function jobInput({ spec: more, status = {}, failedNodes = [], ...rest }: InputOptions = {}): JobInput {
  const spec = computeJobSpec.parse({ command: ['train'], parallelism: 3, ...more });
  return {
    name: 'train',
    namespace: 'demo',
    uid: 'uid',
    created: NOW,
    clusterDomain: 'cluster.local',
    generation: 1,
    spec,
    status,
    requests: jobRequests(spec),
    priority: spec.priority,
    pods: [],
    predecessorPods: [],
    nodeFailed: (node) => failedNodes.includes(node),
    nodeSigns: () => ({ hasLease: false, renewals: [undefined, undefined] }),
    now: NOW,
    ...rest,
  };
}

/** Status of a job whose first gang runs on n0, n1 and n2, but for what is given. */
export function runningStatus(
  spec: Partial<ComputeJobSpec> = {},
  more: Partial<ComputeJobStatus> = {},
): ComputeJobStatus {
  return {
    state: 'Running',
    attempt: 1,
    attemptHash: attemptHash(computeJobSpec.parse({ command: ['train'], ...spec })),
    nodes: ['n0', 'n1', 'n2'],
    started: 3,
    scheduledTime: ago(60_000),
    startTime: ago(50_000),
    completedIndexes: '',
    ...more,
  };
}

/** The input of such a job with these pods; all three Running when none are given. */
export function runningInput({ status, spec, pods, ...rest }: InputOptions = {}): JobInput {
  return jobInput({
    ...rest,
    ...(spec && { spec }),
    status: runningStatus({}, status),
    pods: pods ?? [0, 1, 2].map((index) => gangPod(index)),
  });
}

/** The condition Scheduled as decided. */
export function scheduledOf({ status }: JobDecision) {
  return status.conditions?.find(({ type }) => type === 'Scheduled');
}

/** Names of the pods that a decision deletes. */
export function deletedPods({ deletePods }: JobDecision): string[] {
  return deletePods.map(({ pod }) => pod.name);
}
