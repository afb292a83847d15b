import { type ComputeJobStatus, completeComputeJob, MAX_PARALLELISM } from '../../constructs/crds/compute-job.ts';
import { InvalidComputeJobError } from '../../constructs/errors.ts';
import { controllerOf } from '../kube/object.ts';
import type { ComputeJobContext } from './context.ts';
import type { JobInput } from './plan/input.ts';
import { type GangPod, gangPodOf } from './pods/gang-pod.ts';
import { jobRequests } from './pods/job-requests.ts';
import type { TrackedPod } from './pods/tracked-pod.ts';
import type { ComputeJobObject } from './resource/compute-job-object.ts';
import { effectivePriority } from './resource/job-priorities.ts';

/**
 * A job and its pods as the caches have them now.
 *
 * @throws InvalidComputeJobError for a job that was stored under an older, less strict schema
 */
export function observeJob(key: string, job: ComputeJobObject, context: ComputeJobContext): JobInput {
  const { render, nodeFailed, nodeSigns, now } = context;
  if (job.rejection !== undefined) throw new InvalidComputeJobError(job.rejection);
  const spec = completeComputeJob(job);
  const { name, namespace, uid, generation = 0, creationTimestamp } = job.metadata;
  const pods = Object.groupBy(context.pods.indexedBy(key), (pod) =>
    controllerOf(pod)?.uid === uid ? 'own' : 'predecessor',
  );
  const observed = (tracked: readonly TrackedPod[] = []) => tracked.flatMap((pod) => observePod(pod, context) ?? []);
  return {
    name,
    namespace,
    uid,
    created: Date.parse(String(creationTimestamp)),
    clusterDomain: render.clusterDomain,
    generation,
    spec,
    status: boundedStatus(job.status),
    requests: jobRequests(spec),
    pods: observed(pods.own),
    predecessorPods: observed(pods.predecessor),
    priority: effectivePriority(context.priorities, namespace, spec.priority),
    nodeFailed,
    nodeSigns,
    queueStatus: context.scheduler.queueStatus(key),
    now: now(),
  };
}

/** The status, with no more nodes than a gang can have: others can write it, and each of its nodes costs memory here. */
function boundedStatus(status: ComputeJobStatus = {}): ComputeJobStatus {
  const { nodes = [] } = status;
  return nodes.length <= MAX_PARALLELISM ? status : { ...status, nodes: nodes.slice(0, MAX_PARALLELISM) };
}

function observePod(pod: TrackedPod, { stuck, podClock, now }: ComputeJobContext): GangPod | undefined {
  const { uid = '' } = pod.metadata;
  return gangPodOf(pod, { ages: podClock.ages(uid), stuckSince: stuck.since(uid), now: now() });
}
