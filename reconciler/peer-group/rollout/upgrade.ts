import { ANNOTATION_DEFAULT_IMAGE } from '../../../constructs/names.ts';
import { keyOf } from '../../kube/object.ts';
import { type ChildCaches, daemonSetOf, observationOf, statefulSetOf } from '../children/lookups.ts';
import type { PeerGroupObject } from '../resources.ts';
import type { UpgradeInput, UpgradeLimiter, UpgradeResult } from './upgrade-limiter.ts';

export interface UpgradeContext extends ChildCaches {
  readonly upgrades: Pick<UpgradeLimiter, 'decide'>;
}

/** The default image that the group may use now; see {@link UpgradeLimiter}. */
export function limitUpgrade(group: PeerGroupObject, context: UpgradeContext): UpgradeResult {
  return context.upgrades.decide(keyOf(group), upgradeOf(group, context));
}

/** Keys of the groups that are rolling out this default image. */
export function upgradesTo(image: string, groups: Iterable<PeerGroupObject>, context: ChildCaches): string[] {
  const isUnderWay = (group: PeerGroupObject) => {
    const { present, complete } = upgradeOf(group, context);
    return present === image && !complete;
  };
  return [...groups].filter(isUnderWay).map(keyOf);
}

function upgradeOf(group: PeerGroupObject, context: ChildCaches): UpgradeInput {
  const workload = (group.spec.placement === 'PerNode' ? daemonSetOf : statefulSetOf)(keyOf(group), context);
  const { rolledOut, readyReplicas, desired } = observationOf(group, context);
  return {
    present: workload?.metadata.annotations?.[ANNOTATION_DEFAULT_IMAGE],
    complete: rolledOut && readyReplicas >= desired,
  };
}
