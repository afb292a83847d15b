import type { ComputeJobSpec, ComputeJobStatus } from '../../constructs/crds/compute-job.ts';
import { computeJobSpec } from '../../constructs/crds/compute-job.ts';
import type { GangPod, JobView } from '../../reconciler/compute-job/plan/input.ts';
import { jobRequests } from '../../reconciler/compute-job/pods/job-requests.ts';
import type { PodOutcome } from '../../reconciler/compute-job/pods/pod-state.ts';
import { shapeKey } from '../../reconciler/compute-job/queue/node-table.ts';
import type { Ask } from '../../reconciler/compute-job/queue/place-gang.ts';
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

/** A gang of pods with one core each, but for what is given. */
export function ask(count: number, more: Partial<Ask> = {}): Ask {
  const shape = { nodeSelector: more.nodeSelector ?? {}, tolerations: more.tolerations ?? [] };
  return {
    count,
    requests: { cpu: 1000, pods: 1 },
    ...shape,
    key: shapeKey(shape),
    preferred: [],
    avoided: new Set(),
    ...more,
  };
}

/** Pod of the attempt 1, Running on node n<index>, but for what is given. */
export function gangPod(
  index: number,
  outcome: PodOutcome = { type: 'Running' },
  more: Partial<GangPod> = {},
): GangPod {
  const attempt = more.attempt ?? 1;
  return {
    name: `train-gang-${attempt}-${index}`,
    uid: `uid-${attempt}-${index}`,
    attempt,
    index,
    node: `n${index}`,
    outcome,
    finished: outcome.type === 'Succeeded' || outcome.type === 'Failed',
    unboundSince: NOW - 60_000,
    started: NOW - 50_000,
    addresses: [`10.0.0.${index + 1}`],
    hosts: 3,
    ...more,
  };
}

interface ViewOptions extends Partial<Omit<JobView, 'spec' | 'status'>> {
  readonly spec?: Partial<ComputeJobSpec>;
  readonly status?: ComputeJobStatus;
  readonly failedNodes?: readonly string[];
}

/** The job `train`, which wants 3 nodes and was never seen before, but for what is given. */
export function jobView({ spec: more, status = {}, failedNodes = [], ...rest }: ViewOptions = {}): JobView {
  const spec = computeJobSpec.parse({ command: ['train'], parallelism: 3, ...more });
  return {
    name: 'train',
    namespace: 'demo',
    uid: 'uid',
    clusterDomain: 'cluster.local',
    generation: 1,
    spec,
    status,
    requests: jobRequests(spec),
    priority: spec.priority,
    pods: [],
    former: { pods: [] },
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

/** A view of such a job with these pods; all three Running when none are given. */
export function runningView({ status, spec, pods, ...rest }: ViewOptions = {}): JobView {
  return jobView({
    ...rest,
    ...(spec && { spec }),
    status: runningStatus({}, status),
    pods: pods ?? [0, 1, 2].map((index) => gangPod(index)),
  });
}
