import type { PeerGroupStatus } from '../../constructs/crds/peer-group.ts';
import { peerSelector, selectorText } from '../../constructs/labels.ts';
import { type Condition, type Finding, updateConditions } from '../runtime/conditions.ts';
import type { Observation } from './observe.ts';
import type { Problem } from './problem.ts';
import type { PeerGroupObject } from './resources.ts';

export interface StatusInput {
  readonly group: PeerGroupObject;
  readonly desired: number;
  readonly observation: Observation;
  readonly problems: readonly Problem[];
  /** RFC 3339. */
  readonly now: string;
}

/** The status that a PeerGroup should have, from what there is. Never remembered: the same input, the same status. */
export function computeStatus({ group, desired, observation, problems, now }: StatusInput): PeerGroupStatus {
  const generation = group.metadata.generation ?? 0;
  const { replicas, readyReplicas, updatedPeers } = observation;
  const findings = [ready(desired, observation), progressing(desired, observation, problems), degraded(problems)];
  const before = (group.status?.conditions ?? []) as readonly Condition[];
  return {
    observedGeneration: generation,
    replicas,
    readyReplicas,
    updatedPeers,
    selector: selectorText(peerSelector(group.metadata.name)),
    conditions: updateConditions(before, findings, generation, now),
  };
}

function ready(desired: number, { replicas, readyReplicas }: Observation): Finding {
  const enough = readyReplicas >= desired && replicas >= desired;
  return {
    type: 'Ready',
    status: enough ? 'True' : 'False',
    reason: enough ? 'PodsReady' : 'PodsNotReady',
    message: `${Math.min(readyReplicas, desired)} of ${desired} pods are ready`,
  };
}

function progressing(desired: number, { replicas, rolledOut }: Observation, problems: readonly Problem[]): Finding {
  const type = 'Progressing';
  if (rolledOut && problems.length === 0) {
    return { type, status: 'False', reason: 'RolledOut', message: 'Everything is as the spec asks for' };
  }
  if (problems.length > 0) {
    return { type, status: 'False', reason: 'Blocked', message: 'The condition Degraded says what stands in the way' };
  }
  const scaling = replicas !== desired;
  return {
    type,
    status: 'True',
    reason: scaling ? 'Scaling' : 'RollingOut',
    message: scaling ? `${replicas} pods, going to ${desired}` : 'Pods are being brought to the current revision',
  };
}

function degraded([first, ...others]: readonly Problem[]): Finding {
  const type = 'Degraded';
  if (first === undefined) return { type, status: 'False', reason: 'AsExpected', message: 'Nothing stands in the way' };
  const message = [first, ...others].map((problem) => problem.message).join('; ');
  return { type, status: 'True', reason: first.reason, message: message.slice(0, 32_768) };
}
