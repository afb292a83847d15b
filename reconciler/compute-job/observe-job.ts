import {
  type CompleteComputeJobSpec,
  type ComputeJobStatus,
  completeComputeJob,
  MAX_PARALLELISM,
} from '../../constructs/crds/compute-job.ts';
import { InvalidComputeJobError } from '../../constructs/errors.ts';
import { gangPod } from '../../constructs/gang-names.ts';
import { controllerOf, type KubeObject } from '../kube/object.ts';
import type { ComputeJobContext } from './context.ts';
import type { GangAsk } from './plan/decision.ts';
import type { GangPod, JobView } from './plan/input.ts';
import { jobRequests } from './pods/job-requests.ts';
import type { TrackedPod } from './pods/tracked-pod.ts';
import { shapeKey } from './queue/node-table.ts';
import type { Request } from './queue/scheduler.ts';
import type { ComputeJobObject } from './resource/compute-job-object.ts';
import { effectivePriority } from './resource/job-priorities.ts';

/**
 * A job and its pods as the caches have them now, without what the scheduler says.
 *
 * @throws InvalidComputeJobError for an object that was stored under an older, laxer schema
 */
export function viewJob(key: string, job: ComputeJobObject, context: ComputeJobContext): JobView {
  const { pods, render, nodeFailed, nodeSigns, now } = context;
  if (job.refused !== undefined) throw new InvalidComputeJobError(job.refused);
  const spec = completeComputeJob(job);
  const { name, namespace, uid } = job.metadata;
  const allPods = pods.indexedBy(key);
  const isOwn = (object: KubeObject) => controllerOf(object)?.uid === uid;
  return {
    name,
    namespace,
    uid,
    clusterDomain: render.clusterDomain,
    generation: job.metadata.generation ?? 0,
    spec,
    status: boundedStatus(job.status),
    requests: jobRequests(spec),
    pods: allPods.filter(isOwn).flatMap((pod) => gangPodOf(pod, context)),
    former: { pods: allPods.filter((pod) => !isOwn(pod)).flatMap((pod) => gangPodOf(pod, context)) },
    priority: effectivePriority(context.priorities, namespace, spec.priority),
    nodeFailed,
    nodeSigns,
    wait: context.scheduler.wait(key),
    now: now(),
  };
}

/** The status, with no more nodes than a gang can have: others can write it, and each of its nodes costs memory here. */
function boundedStatus(status: ComputeJobStatus = {}): ComputeJobStatus {
  const { nodes = [] } = status;
  return nodes.length <= MAX_PARALLELISM ? status : { ...status, nodes: nodes.slice(0, MAX_PARALLELISM) };
}

function gangPodOf(pod: TrackedPod, { stuck, podClock, now }: ComputeJobContext): GangPod[] {
  if (pod.gang === undefined) return [];
  const { job: _, pinnedTo = '', graceMs, ...role } = pod.gang;
  const { name, uid = '' } = pod.metadata;
  const stuckSince = stuck.since(uid);
  const { unboundMs = 0, startingMs, stoppingMs = 0, failedMs } = podClock.ages(uid);
  return [
    {
      ...role,
      name,
      uid,
      node: pod.node ?? pinnedTo,
      finished: pod.finished,
      unboundSince: now() - unboundMs,
      ...(graceMs !== undefined && { stopBy: now() - stoppingMs + graceMs }),
      ...(startingMs !== undefined && { startingSince: now() - startingMs }),
      ...(failedMs !== undefined && { failedSince: now() - failedMs }),
      ...(stuckSince !== undefined && { stuckSince }),
    },
  ];
}

/** What the job asks for, as the scheduler takes it. */
export function requestOf(key: string, job: ComputeJobObject, view: JobView, ask: GangAsk): Request {
  const { spec, requests } = view;
  const { nodeSelector = {}, tolerations = [] } = spec;
  const { name, namespace, creationTimestamp } = job.metadata;
  const indexes = Array.from({ length: ask.count }, (_, offset) => ask.from + offset);
  return {
    key,
    id: requestId(spec, ask),
    priority: view.priority,
    created: Date.parse(String(creationTimestamp)),
    requests,
    nodeSelector,
    tolerations,
    shape: shapeKey({ nodeSelector, tolerations }),
    preferred: ask.preferred,
    avoided: ask.avoided,
    pods: indexes.map((index) => `${namespace}/${gangPod(name, ask.attempt, index)}`),
  };
}

function requestId({ nodeSelector, tolerations, resources }: CompleteComputeJobSpec, ask: GangAsk): string {
  return JSON.stringify([ask.attempt, ask.from, ask.count, nodeSelector, tolerations, resources]);
}
