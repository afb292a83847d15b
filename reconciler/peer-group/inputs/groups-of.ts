import type { Cache } from '../../kube/cache.ts';
import type { PeerGroupObject } from '../resources.ts';

/** The cache of PeerGroups, indexed by namespace. */
export interface GroupCache {
  readonly groups: Pick<Cache<PeerGroupObject>, 'get' | 'indexedBy'>;
}

/** PeerGroups of a namespace that aren't being deleted. */
export function groupsOf(namespace: string, { groups }: GroupCache): PeerGroupObject[] {
  return groups.indexedBy(namespace).filter(({ metadata }) => metadata.deletionTimestamp === undefined);
}
