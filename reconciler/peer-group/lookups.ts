import type { PeerGroupContext } from './context.ts';
import type { StatefulSet } from './resources.ts';

/** The StatefulSet of the group with this key, as the cache has it. */
export function statefulSetOf(key: string, { children }: PeerGroupContext): StatefulSet | undefined {
  return children.kinds.get('StatefulSet')?.cache.get(key) as StatefulSet | undefined;
}
