import type { GangPod } from '../pods/gang-pod.ts';
import { isActive, isFinished, updateStatus } from '../resource/job-status.ts';
import { finishedTtlLeftMs } from '../resource/ttl.ts';
import { type JobDecision, soonest, statusOnly } from './decision.ts';
import { deleteUnfinished } from './delete-unfinished.ts';
import type { JobInput } from './input.ts';
import { planActive } from './plan-active.ts';
import { planHosts } from './plan-hosts.ts';
import { planWaiting } from './plan-waiting.ts';

/**
 * What to do for a job, from its spec, its status and its pods as they are.
 *
 * Guarantees, even if the caller stops between two of its writes and starts again: the end of an attempt is counted once, because it
 * is in the status before a pod is deleted for it; no index gets two pods, because pod names contain attempt and index; a new
 * attempt starts only when no pod of an earlier one may still run on a working node.
 *
 * Pure.
 */
export function planJob(input: JobInput): JobDecision {
  const { status } = input;
  const decision = isFinished(status) ? planFinished(input) : isActive(status) ? planActive(input) : planWaiting(input);
  const hosts = planHosts(input, decision.status);
  return {
    ...decision,
    deletePods: [...decision.deletePods, ...outdatedPods(input).map((pod) => ({ pod }))],
    hosts,
    requeueAfterMs: soonest(decision.requeueAfterMs, hosts.requeueAfterMs),
  };
}

/** A finished job: pods that may still run are deleted, and the job itself after its TTL. */
function planFinished(input: JobInput): JobDecision {
  const { spec, status, now, pods } = input;
  const left = finishedTtlLeftMs(status, spec.ttlSecondsAfterFinished, now);
  return {
    ...statusOnly(updateStatus(input, {})),
    deletePods: deleteUnfinished(pods),
    deleteJob: left !== undefined && left <= 0,
    requeueAfterMs: left,
  };
}

/** Finished pods are kept for their logs until the attempt after theirs has ended. */
function outdatedPods({ status, pods }: JobInput): GangPod[] {
  const oldest = (status.attempt ?? 0) - (isActive(status) ? 1 : 0);
  return pods.filter((pod) => pod.finished && pod.stopBy === undefined && pod.attempt < oldest);
}
