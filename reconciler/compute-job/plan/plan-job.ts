import { changed, isFinished } from '../resource/job-status.ts';
import { finishedTtlLeftMs } from '../resource/ttl.ts';
import { type JobPlan, justStatus, type Removal, soonest } from './decision.ts';
import { type GangPod, isLive, type JobView } from './input.ts';
import { planLive } from './plan-active.ts';
import { planHosts } from './plan-hosts.ts';
import { planWaiting } from './plan-waiting.ts';

/**
 * What is to be done for a job, from its spec, its status and its pods as they are.
 *
 * Guarantees, whenever the caller is stopped between two of its writes and starts anew: an attempt's outcome is counted once,
 * for it is in the status before a pod is touched because of it; no index gets two pods, for their names are fixed by attempt
 * and index; a new attempt begins only when no pod of an old one may still run on a node that works.
 *
 * Pure.
 */
export function planJob(view: JobView): JobPlan {
  const plan = isFinished(view.status) ? planFinished(view) : isLive(view.status) ? planLive(view) : planWaiting(view);
  const hosts = planHosts(view, plan.status);
  return {
    ...plan,
    remove: [...plan.remove, ...outdated(view)],
    hosts,
    lookAgainMs: soonest(plan.lookAgainMs, hosts.lookAgainMs),
  };
}

/** A finished job: what may still run is stopped, and when its time has come it goes. */
function planFinished(view: JobView): JobPlan {
  const { spec, status, now, pods } = view;
  const left = finishedTtlLeftMs(status, spec.ttlSecondsAfterFinished, now);
  return {
    ...justStatus(changed(view, {})),
    remove: pods.filter((pod) => !pod.finished && pod.stopBy === undefined).map((pod) => ({ pod })),
    deleteJob: left !== undefined && left <= 0,
    lookAgainMs: left,
  };
}

/** Finished pods stay for their logs until the attempt after theirs has ended. */
function outdated({ status, pods }: JobView): Removal[] {
  const oldest = (status.attempt ?? 0) - (isLive(status) ? 1 : 0);
  const isOutdated = (pod: GangPod) => pod.finished && pod.stopBy === undefined && pod.attempt < oldest;
  return pods.filter(isOutdated).map((pod) => ({ pod }));
}
