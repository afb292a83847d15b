import type { PeerGroupContext } from './context.ts';
import type { DaemonSet, StatefulSet } from './resources.ts';

/** The StatefulSet of the group with this key, as the cache has it. */
export function statefulSetOf(key: string, { children }: PeerGroupContext): StatefulSet | undefined {
  return children.kinds.get('StatefulSet')?.cache.get(key) as StatefulSet | undefined;
}

/** The DaemonSet of the group with this key, as the cache has it. */
export function daemonSetOf(key: string, { children }: PeerGroupContext): DaemonSet | undefined {
  return children.kinds.get('DaemonSet')?.cache.get(key) as DaemonSet | undefined;
}
