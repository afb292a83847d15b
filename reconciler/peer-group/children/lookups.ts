import type { Cache } from '../../kube/cache.ts';
import { type KubeObject, keyOf } from '../../kube/object.ts';
import type { ApplyContext } from '../../runtime/apply-children.ts';
import type { DaemonSet, PeerGroupObject, Pod, StatefulSet } from '../resources.ts';
import { type Observation, observeDaemonSet, observeStatefulSet } from './observe.ts';

/** Caches of what groups own, by kind. */
export interface ChildCaches {
  readonly children: Pick<ApplyContext, 'kinds'>;
}

/** The cache of peers' pods, indexed by the key of the group that they belong to. */
export interface PodCache {
  readonly pods: Pick<Cache<Pod>, 'indexedBy'>;
}

/** The child of this kind and key, as the cache has it. */
export function childOf(kind: string, key: string, { children }: ChildCaches): KubeObject | undefined {
  return children.kinds.get(kind)?.cache.get(key);
}

/** The StatefulSet of the group with this key, as the cache has it. */
export function statefulSetOf(key: string, context: ChildCaches): StatefulSet | undefined {
  return childOf('StatefulSet', key, context) as StatefulSet | undefined;
}

/** The DaemonSet of the group with this key, as the cache has it. */
export function daemonSetOf(key: string, context: ChildCaches): DaemonSet | undefined {
  return childOf('DaemonSet', key, context) as DaemonSet | undefined;
}

/** The group's pods that aren't being deleted, as the cache has them. */
export function livePodsOf(key: string, { pods }: PodCache): Pod[] {
  return pods.indexedBy(key).filter(({ metadata }) => metadata.deletionTimestamp === undefined);
}

/** State of the group's workload, from the cache. */
export function observationOf(group: PeerGroupObject, context: ChildCaches): Observation {
  const key = keyOf(group);
  return group.spec.placement === 'PerNode'
    ? observeDaemonSet(daemonSetOf(key, context))
    : observeStatefulSet(statefulSetOf(key, context), group.spec.replicas ?? 0);
}
