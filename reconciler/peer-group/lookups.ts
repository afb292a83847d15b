import { keyOf } from '../kube/object.ts';
import type { PeerGroupContext } from './context.ts';
import { type Observation, observeDaemonSet, observeStatefulSet } from './observe.ts';
import type { DaemonSet, PeerGroupObject, Pod, StatefulSet } from './resources.ts';

/** The StatefulSet of the group with this key, as the cache has it. */
export function statefulSetOf(key: string, { children }: PeerGroupContext): StatefulSet | undefined {
  return children.kinds.get('StatefulSet')?.cache.get(key) as StatefulSet | undefined;
}

/** The DaemonSet of the group with this key, as the cache has it. */
export function daemonSetOf(key: string, { children }: PeerGroupContext): DaemonSet | undefined {
  return children.kinds.get('DaemonSet')?.cache.get(key) as DaemonSet | undefined;
}

/** The group's pods that aren't being deleted, as the cache has them. */
export function livePodsOf(key: string, { pods }: PeerGroupContext): Pod[] {
  return pods.indexedBy(key).filter(({ metadata }) => metadata.deletionTimestamp === undefined);
}

/** What there is of the group's workload, as the cache has it. */
export function observationOf(group: PeerGroupObject, context: PeerGroupContext): Observation {
  const key = keyOf(group);
  return group.spec.placement === 'PerNode'
    ? observeDaemonSet(daemonSetOf(key, context))
    : observeStatefulSet(statefulSetOf(key, context), group.spec.replicas ?? 0);
}
