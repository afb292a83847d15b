import type { PeerGroupStatus } from '../../../constructs/crds/peer-group.ts';
import { peerSelector, selectorText } from '../../../constructs/labels.ts';
import { type Condition, type Finding, updateConditions } from '../../runtime/conditions.ts';
import { healthFindings, isHealth } from '../../runtime/health.ts';
import type { Observation } from '../children/observe.ts';
import type { ConnectivityResult } from '../connectivity/observe-connectivity.ts';
import type { Problem } from '../problem.ts';
import { finding } from '../reasons.ts';
import type { PeerGroupObject } from '../resources.ts';
import { groupHealth } from './health.ts';

export interface StatusInput {
  readonly group: PeerGroupObject;
  readonly observation: Observation;
  /** Pods that report the current config. */
  readonly updatedPeers: number;
  /** Undefined parts keep their last written values. */
  readonly connectivity: Partial<Pick<ConnectivityResult, 'connectivity' | 'connected'>> | undefined;
  readonly problems: readonly Problem[];
  /** RFC 3339. */
  readonly now: string;
}

/** Computes the status of a PeerGroup. Stateless: the same input gives the same status. */
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
  const message = known
    ? `${Math.min(readyReplicas, desired)} of ${desired} pods are ready.`
    : 'The DaemonSet has not reported the desired number of pods yet.';
  return finding('Ready', enough ? 'PodsReady' : 'PodsNotReady', message);
}

function progressing({ replicas, rolledOut, desired }: Observation, problems: readonly Problem[]): Finding {
  if (problems.length > 0) return finding('Progressing', 'Blocked', 'See condition Degraded.');
  if (rolledOut) return finding('Progressing', 'RolledOut', 'All pods are up to date.');
  if (replicas !== desired) return finding('Progressing', 'Scaling', `Scaling from ${replicas} to ${desired} pods.`);
  return finding('Progressing', 'RollingOut', 'Pods are being updated to the current revision.');
}

function degraded([first, ...others]: readonly Problem[]): Finding {
  if (first === undefined) return finding('Degraded', 'AsExpected', 'No problems detected.');
  const message = [first, ...others].map((problem) => problem.message).join('; ');
  return finding('Degraded', first.reason, message);
}
