import { LABEL_INSTANCE } from '../../constructs/names.ts';
import type { Cache, CacheEvent } from '../kube/cache.ts';
import { controllerOf, type KubeObject, keyOf } from '../kube/object.ts';
import type { StartProblem } from '../stuck-pods/start-problem.ts';
import type { StuckPods } from '../stuck-pods/stuck-pods.ts';
import { referencedGroups } from './inputs/references.ts';
import { PEER_GROUPS, type PeerGroupObject, type Pod } from './resources.ts';

/** Key of the group that controls an object or, for an orphan, that is in its label. */
export function groupKeyOf({ metadata }: KubeObject): string | undefined {
  const owner = controllerOf({ metadata });
  const name = owner?.kind === PEER_GROUPS.kind ? owner.name : metadata.labels?.[LABEL_INSTANCE];
  return name === undefined ? undefined : `${metadata.namespace}/${name}`;
}

/**
 * Keys of the groups that reference a group in their `peers` or that it references: each renders the other's peers. A group
 * that is referenced no more needs to know as well.
 *
 * @param groups indexed by namespace
 */
export function relatedGroups(
  { metadata, spec }: PeerGroupObject,
  old: PeerGroupObject | undefined,
  groups: Cache<PeerGroupObject>,
): string[] {
  const referenced = new Set([...referencedGroups(spec), ...(old ? referencedGroups(old.spec) : [])]);
  return groups
    .indexedBy(metadata.namespace)
    .filter((other) => referenced.has(other.metadata.name) || referencedGroups(other.spec).has(metadata.name))
    .map(keyOf);
}

/** Keys of the groups to which a pod is a peer of another group: with one peer per node, pods come and go without an edit. */
export function relatedToPod(pod: Pod, groups: Cache<PeerGroupObject>): string[] {
  const group = groups.get(groupKeyOf(pod) ?? '');
  return group?.spec.placement === 'PerNode' ? relatedGroups(group, undefined, groups) : [];
}

/** Keys of the groups that have a pod on this node. */
export function groupsOnNode(node: string, pods: Iterable<Pod>): Set<string> {
  const keys = new Set<string>();
  for (const pod of pods) {
    const key = pod.spec.nodeName === node ? groupKeyOf(pod) : undefined;
    if (key !== undefined) keys.add(key);
  }
  return keys;
}

/** Tracks pods that can't start. */
export function trackStartProblem(event: CacheEvent<Pod>, stuck: StuckPods<StartProblem>, now: () => number): void {
  const { metadata, status } = event.object;
  const { uid = '', creationTimestamp = '' } = metadata;
  // The initial list shows older problems: they started when the pod was last ready or created, at the latest.
  const since = event.isInInitialList ? Date.parse(status.readySince ?? creationTimestamp) : now();
  if (event.deleted || status.ready) stuck.forget(uid);
  else if (status.problem) stuck.stuck(uid, status.problem, since);
}
