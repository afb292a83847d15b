import fc from 'fast-check';
import type { ComputeJobSpec, ComputeJobStatus } from '../../../constructs/crds/compute-job.ts';
import { planJob } from '../../../reconciler/compute-job/plan/plan-job.ts';
import type { GangPod } from '../../../reconciler/compute-job/pods/gang-pod.ts';
import type { ComputeNode } from '../../../reconciler/compute-node/compute-node-object.ts';
import { nodeHealth } from '../../../reconciler/compute-node/node-health.ts';
import { nodeStatus } from '../../../reconciler/compute-node/status.ts';
import type { PeerGroupObject } from '../../../reconciler/peer-group/resources.ts';
import { computeStatus, type StatusInput } from '../../../reconciler/peer-group/status/compute-status.ts';
import { gangPod, jobInput, NOW } from '../compute-jobs.ts';
import { DEFAULT_FLAGS } from '../default-flags.ts';
import type { Snapshot } from './expected.ts';

const now = '2026-01-01T00:00:00Z';

/** What the workload's controller says. Mostly all is well, or nothing that lasts would ever be reached. */
const observation = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.nat(3).map((n) => ({ desired: n, replicas: n, readyReplicas: n, rolledOut: true, known: true })),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      desired: fc.nat(3),
      replicas: fc.nat(3),
      readyReplicas: fc.nat(3),
      rolledOut: fc.boolean(),
      known: fc.boolean(),
    }),
  },
);

const PROBLEMS = [
  'NameConflict',
  'QuotaExceeded',
  'InvalidSpec',
  'NoSuchGroup',
  'CertificateMissing',
  'ConfigRefused',
] as const;

/** What may happen to a group between two writes of its status. */
const groupStep = fc.record({
  edited: fc.nat(9).map((n) => n === 0),
  observation,
  problem: fc.nat(4).chain((n) => (n === 0 ? fc.constantFrom(...PROBLEMS) : fc.constant(undefined))),
  connected: fc.option(
    fc.constantFrom(
      ...([
        ['True', 'AllLinksUp'],
        ['True', 'NoLinksExpected'],
        ['True', 'PlannedChange'],
        ['False', 'LinksDown'],
        ['False', 'Connecting'],
        ['False', 'TargetMissing'],
        ['Unknown', 'ReportsContradictory'],
        ['Unknown', 'ReportsStale'],
      ] as const),
    ),
    { freq: 8 },
  ),
});

/** Histories of PeerGroups' statuses, from the first write on, as the operator computes them. */
export const groupHistories = fc.array(groupStep, { minLength: 1, maxLength: 12 }).map((steps): Snapshot[] => {
  let generation = 1;
  let status: PeerGroupObject['status'];
  const history: Snapshot[] = [];
  const at = (changed: PeerGroupObject['status']) => {
    status = changed;
    history.push({ kind: 'PeerGroup', metadata: { generation }, status });
  };
  for (const { edited, problem, connected, observation } of steps) {
    if (edited) {
      generation++;
      if (status !== undefined) at(status);
    }
    const metadata = { name: 'web', namespace: 'ns', generation };
    const group = {
      apiVersion: 'rollcall.dev/v1alpha1',
      kind: 'PeerGroup',
      metadata,
      spec: {},
      status,
    } as PeerGroupObject;
    const input: StatusInput = {
      ...{ group, observation, updatedPeers: 0, now },
      problems: problem === undefined ? [] : [{ reason: problem, message: `${problem}.` }],
      connectivity: {
        connectivity: { summary: '', links: 0, up: 0, down: 0 },
        connected: connected === null ? undefined : finding(connected),
      },
    };
    at(computeStatus(input));
  }
  return history.map((snapshot) => ({ ...snapshot, apiVersion: 'rollcall.dev/v1alpha1' }));
});

function finding([status, reason]: readonly ['True' | 'False' | 'Unknown', string]) {
  return { type: 'Connected', status, reason, message: `${reason}.` };
}

const nodeStep = fc.record({
  ready: fc.option(fc.record({ status: fc.constantFrom('True', 'False', 'Unknown'), since: fc.nat(30_000) })),
  leaseAgeMs: fc.option(fc.nat(60_000)),
  jobs: fc.nat(20),
});

/** Histories of ComputeNodes' statuses, as the operator computes them. */
export const nodeHistories = fc.array(nodeStep, { minLength: 1, maxLength: 8 }).map((steps): Snapshot[] => {
  let status: ComputeNode['status'];
  return steps.map(({ ready, leaseAgeMs, jobs }) => {
    const { state = 'Pending', everReady = false } = status ?? {};
    const signs = { ...(ready && { ready }), ...(leaseAgeMs !== null && { leaseAgeMs }) };
    const health = nodeHealth({ state, everReady }, signs, 30_000, DEFAULT_FLAGS.nodeLimits);
    const metadata = { name: 'node-a', generation: 1 };
    const computeNode = { apiVersion: 'rollcall.dev/v1alpha1', kind: 'ComputeNode', metadata, spec: {}, status };
    status = nodeStatus({
      computeNode: computeNode as unknown as ComputeNode,
      ...{ health, allocatable: undefined, now },
      allocated: { amounts: {}, jobs: Array.from({ length: jobs }, (_, index) => `ns/job-${index}`) },
    });
    return { ...computeNode, status };
  });
});

const jobStep = fc.record({
  /** What becomes of the pods that run, by index; undefined: they go on. */
  outcomes: fc.array(fc.constantFrom('Succeeded', 'Failed', 'Lost', undefined, undefined, undefined), { maxLength: 4 }),
  hasNodes: fc.boolean(),
  edited: fc.option(
    fc.record({ parallelism: fc.integer({ min: 1, max: 4 }), suspend: fc.nat(2).map((n) => n === 0) }),
    {
      freq: 3,
    },
  ),
  passedMs: fc.constantFrom(0, 1_000, 20_000, 400_000),
});

/** Histories of ComputeJobs' statuses, as the operator plans them while pods start, end and vanish and specs are edited. */
export const jobHistories = fc.array(jobStep, { minLength: 1, maxLength: 25 }).map((steps): Snapshot[] => {
  let spec: Partial<ComputeJobSpec> = { parallelism: 2, backoffLimit: steps.length % 2 };
  let [generation, now] = [1, NOW];
  let status: ComputeJobStatus = {};
  let pods: GangPod[] = [];
  const history: Snapshot[] = [];
  const note = () => history.push({ kind: 'ComputeJob', metadata: { generation }, status });
  for (const { outcomes, hasNodes, edited, passedMs } of steps) {
    if (edited !== null && status.state !== 'Completed' && status.state !== 'Failed') {
      spec = { ...spec, ...edited };
      generation++;
      if (status.state !== undefined) note();
    }
    now += passedMs;
    const input = jobInput({ spec, status, generation, pods, now });
    const wanted = planJob(input);
    const nodes = ['n0', 'n1', 'n2', 'n3'].filter((node) => !wanted.request?.avoided.has(node));
    const plan =
      wanted.request && hasNodes ? planJob({ ...input, assignment: nodes.slice(0, wanted.request.count) }) : wanted;
    status = plan.status;
    if (status.state !== undefined) note();
    const removed = new Set(plan.deletePods.map(({ pod }) => pod.name));
    const { attempt = 0 } = status;
    pods = [
      ...pods.filter(({ name }) => !removed.has(name)).map((pod) => after(pod, outcomes[pod.index], now)),
      ...plan.createIndexes.map((index) =>
        gangPod(index, { type: 'Unbound' }, { attempt, node: status.nodes![index]! }),
      ),
    ];
  }
  return history;
});

/** A pod a step later: bound and running, or at its end. */
function after(pod: GangPod, end: 'Succeeded' | 'Failed' | 'Lost' | undefined, now: number): GangPod {
  if (pod.finished) return pod;
  if (pod.state.type !== 'Running' || end === undefined) return { ...pod, state: { type: 'Running' } };
  const finished = end !== 'Lost';
  const state = end === 'Succeeded' ? ({ type: end } as const) : ({ type: end, message: 'exit code 1' } as const);
  return { ...pod, state, finished, ended: now, ...(finished && { failedSince: now - 60_000 }) };
}
