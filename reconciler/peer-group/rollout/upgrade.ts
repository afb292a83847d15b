import { ANNOTATION_DEFAULT_IMAGE } from '../../../constructs/names.ts';
import { keyOf } from '../../kube/object.ts';
import { daemonSetOf, observationOf, statefulSetOf } from '../children/lookups.ts';
import type { PeerGroupContext } from '../context.ts';
import type { PeerGroupObject } from '../resources.ts';
import type { UpgradeDecision, UpgradeSituation } from './upgrade-limiter.ts';

/** The default image that the group's pods may have now; see `UpgradePace`. */
export function gateUpgrade(group: PeerGroupObject, context: PeerGroupContext): UpgradeDecision {
  return context.upgrades.decide(keyOf(group), upgradeOf(group, context));
}

/** Keys of the groups that are on their way to this default image. */
export function upgradesTo(image: string, context: PeerGroupContext): string[] {
  const isUnderWay = (group: PeerGroupObject) => {
    const { present, complete } = upgradeOf(group, context);
    return present === image && !complete;
  };
  return [...context.groups.values()].filter(isUnderWay).map(keyOf);
}

function upgradeOf(group: PeerGroupObject, context: PeerGroupContext): UpgradeSituation {
  const workload = (group.spec.placement === 'PerNode' ? daemonSetOf : statefulSetOf)(keyOf(group), context);
  const { rolledOut, readyReplicas, desired } = observationOf(group, context);
  return {
    present: workload?.metadata.annotations?.[ANNOTATION_DEFAULT_IMAGE],
    complete: rolledOut && readyReplicas >= desired,
  };
}
