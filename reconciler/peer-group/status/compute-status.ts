import type { PeerGroupStatus } from '../../../constructs/crds/peer-group.ts';
import { peerSelector, selectorText } from '../../../constructs/labels.ts';
import { type Condition, type Finding, updateConditions } from '../../runtime/conditions.ts';
import { healthFindings, isHealth } from '../../runtime/health.ts';
import type { Observation } from '../children/observe.ts';
import type { ObservedConnectivity } from '../connectivity/observe-connectivity.ts';
import type { Problem } from '../problem.ts';
import type { PeerGroupObject } from '../resources.ts';
import { groupHealth } from './health.ts';

export interface StatusInput {
  readonly group: PeerGroupObject;
  readonly observation: Observation;
  /** Pods that report the present config. */
  readonly updatedPeers: number;
  /** What is undefined of it stays as it was written last. */
  readonly connectivity: Partial<Pick<ObservedConnectivity, 'connectivity' | 'connected'>> | undefined;
  readonly problems: readonly Problem[];
  /** RFC 3339. */
  readonly now: string;
}

/** The status that a PeerGroup should have, from what there is. Never remembered: the same input, the same status. */
export function computeStatus(input: StatusInput): PeerGroupStatus {
  const { group, observation, updatedPeers, connectivity, problems, now } = input;
  const generation = group.metadata.generation ?? 0;
  const { replicas, readyReplicas } = observation;
  const before = (group.status?.conditions ?? []) as readonly Condition[];
  const connected = connectivity?.connected;
  const found = {
    ready: ready(observation),
    progressing: progressing(observation, problems),
    degraded: degraded(problems),
  };
  const findings = [
    ...Object.values(found),
    ...(connected === undefined ? [] : [connected]),
    ...healthFindings(groupHealth({ ...found, connected, problems, before, generation })),
  ];
  const isKept = (old: Condition) => !isHealth(old) && !findings.some(({ type }) => type === old.type);
  const links = connectivity?.connectivity ?? group.status?.connectivity;
  return {
    observedGeneration: generation,
    replicas,
    readyReplicas,
    updatedPeers,
    selector: selectorText(peerSelector(group.metadata.name)),
    ...(links && { connectivity: links }),
    conditions: [...updateConditions(before, findings, generation, now), ...before.filter(isKept)],
  };
}

function ready({ replicas, readyReplicas, desired, known }: Observation): Finding {
  const enough = known && readyReplicas >= desired && replicas >= desired;
  return {
    type: 'Ready',
    status: enough ? 'True' : 'False',
    reason: enough ? 'PodsReady' : 'PodsNotReady',
    message: known
      ? `${Math.min(readyReplicas, desired)} of ${desired} pods are ready`
      : 'It is not known yet how many pods there should be',
  };
}

function progressing({ replicas, rolledOut, desired }: Observation, problems: readonly Problem[]): Finding {
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
