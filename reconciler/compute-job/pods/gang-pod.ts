import type { PodAges } from './pod-clock.ts';
import type { GangMember, TrackedPod } from './tracked-pod.ts';

/** A pod of a job, of any attempt. Times are milliseconds since the epoch, by our own clock except `started` and `ended`. */
export interface GangPod extends GangMember {
  readonly name: string;
  readonly uid: string;
  /** The node that it is bound or pinned to. */
  readonly node: string;
  /** Its phase is Succeeded or Failed: it no longer uses resources of its node. */
  readonly finished: boolean;
  /** When it was first seen unbound. */
  readonly unboundSince: number;
  /** When it was first seen on its node without its container running. */
  readonly startingSince?: number;
  /** When its grace period ends; undefined: it is not being deleted. */
  readonly stopBy?: number;
  /** When it was first seen failed. */
  readonly failedSince?: number;
  /** When its container was first seen to be stuck before its start. */
  readonly stuckSince?: number;
}

/** What the operator has observed of a pod over time. */
export interface PodObservations {
  readonly ages: PodAges;
  readonly stuckSince: number | undefined;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** A job's pod from the cache, with what was observed of it; undefined for other pods. */
export function gangPodOf(pod: TrackedPod, { ages, stuckSince, now }: PodObservations): GangPod | undefined {
  if (pod.gang === undefined) return undefined;
  const { job: _, pinnedTo = '', graceMs, ...role } = pod.gang;
  const { name, uid = '' } = pod.metadata;
  const { unboundMs = 0, startingMs, stoppingMs = 0, failedMs } = ages;
  return {
    ...role,
    name,
    uid,
    node: pod.node ?? pinnedTo,
    finished: pod.finished,
    unboundSince: now - unboundMs,
    ...(graceMs !== undefined && { stopBy: now - stoppingMs + graceMs }),
    ...(startingMs !== undefined && { startingSince: now - startingMs }),
    ...(failedMs !== undefined && { failedSince: now - failedMs }),
    ...(stuckSince !== undefined && { stuckSince }),
  };
}
