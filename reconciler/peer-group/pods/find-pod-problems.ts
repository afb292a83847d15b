import { keyOf } from '../../kube/object.ts';
import type { StartProblem } from '../../stuck-pods/start-problem.ts';
import type { StuckPods } from '../../stuck-pods/stuck-pods.ts';
import { type ChildCaches, childOf, livePodsOf, type PodCache } from '../children/lookups.ts';
import type { Problem } from '../problem.ts';
import type { PeerGroupObject } from '../resources.ts';
import { findStuckPods } from './find-stuck-pods.ts';
import { missingPod, type Workload } from './missing-pod.ts';
import type { PodRejections } from './pod-rejections.ts';

export interface PodProblemsContext extends ChildCaches, PodCache {
  /** Pods that can't start. */
  readonly stuck: Pick<StuckPods<StartProblem>, 'get'>;
  readonly rejections: Pick<PodRejections, 'check' | 'forget'>;
  /** Wall clock, in milliseconds. */
  readonly now: () => number;
}

export interface PodProblemsResult {
  readonly problems: readonly Problem[];
  /** Milliseconds after which to reconcile again; undefined: when something changes. */
  readonly againInMs?: number;
}

const REJECTIONS: ReadonlySet<string> = new Set(['PodRejected', 'QuotaExceeded']);

/** Finds out why pods of the group are not created or do not start. */
export async function findPodProblems(group: PeerGroupObject, context: PodProblemsContext): Promise<PodProblemsResult> {
  const rejection = await findRejection(group, context);
  const trouble = livePodsOf(keyOf(group), context).flatMap(({ metadata: { name, uid = '' } }) => {
    const stuck = context.stuck.get(uid);
    return stuck === undefined ? [] : [{ name, stuck }];
  });
  const result = findStuckPods(trouble, context.now());
  const waits = [rejection?.againInMs, result.againInMs].filter((wait) => wait !== undefined);
  return {
    problems: [...(rejection?.problem ? [rejection.problem] : []), ...result.problems],
    ...(waits.length > 0 && { againInMs: Math.min(...waits) }),
  };
}

async function findRejection(group: PeerGroupObject, context: PodProblemsContext) {
  const key = keyOf(group);
  const kind = group.spec.placement === 'PerNode' ? 'DaemonSet' : 'StatefulSet';
  const workload = childOf(kind, key, context) as Workload | undefined;
  const present = new Set(context.pods.indexedBy(key).map(({ metadata }) => metadata.name));
  const missing = workload && missingPod(workload, present);
  if (missing === undefined) {
    context.rejections.forget(key);
    return undefined;
  }
  const isKnown = group.status?.conditions?.some(({ reason }) => REJECTIONS.has(reason)) ?? false;
  return context.rejections.check(key, missing, isKnown);
}
