import { entryName } from '../../../constructs/crds/peer-group/peer-entry.ts';
import { keyOf } from '../../kube/object.ts';
import type { PodCache } from '../children/lookups.ts';
import type { GroupCache } from '../inputs/groups-of.ts';
import type { PeerGroupObject, Pod } from '../resources.ts';

/** The pods of an entry of `peers` that references another group. */
export interface TargetPods {
  /** All pods of the group with `via: Service`, otherwise one. */
  readonly pods: readonly Pod[];
  /** Its group is scaled to zero. */
  readonly isScaledToZero: boolean;
}

/** The pods of other groups that a group's peers ping, by their names in reports. */
export function targetPodsOf(
  { metadata: { namespace }, spec }: PeerGroupObject,
  { groups, pods }: GroupCache & PodCache,
): Map<string, TargetPods> {
  const targets = new Map<string, TargetPods>();
  for (const entry of spec.peers ?? []) {
    const group = entry.group === undefined ? undefined : groups.get(`${namespace}/${entry.group}`);
    if (group === undefined) continue;
    const perNode = group.spec.placement === 'PerNode';
    const isScaledToZero = !perNode && group.spec.replicas === 0;
    const all = pods.indexedBy(keyOf(group));
    if (entry.via !== 'Pods') targets.set(entryName(entry), { pods: all, isScaledToZero });
    else
      for (const pod of all) {
        const name = perNode ? `${entryName(entry)}.${pod.spec.nodeName}` : pod.metadata.name;
        targets.set(name, { pods: [pod], isScaledToZero });
      }
  }
  return targets;
}
