import { contentHash } from '../../../constructs/content-hash.ts';
import type { ComputeJobStatus } from '../../../constructs/crds/compute-job.ts';
import { addressesFile, waitsForHosts } from '../../../constructs/gang-wait.ts';
import { type GangPod, isLive, type JobView, membersOf } from './input.ts';

/** What is published of a gang that doesn't wait for its names is gathered for so long from the first pod with an address on. */
const GATHER_MS = 2_000;

/** What cluster DNS and the pods themselves are told of where the pods of a gang are. */
export interface HostsPlan {
  /** Pods whose names are to resolve; none: the names go; undefined: they stay as they are. */
  readonly publish?: readonly GangPod[];
  readonly rehost: readonly Rehost[];
  readonly lookAgainMs?: number;
}

/** A pod that is to be told of the gang as it is now. */
export interface Rehost {
  readonly pod: GangPod;
  /** What it is to ask cluster DNS before its command starts; undefined: it doesn't wait, or no more. */
  readonly addresses?: string;
}

/**
 * Names first, then whoever asks for them: pods are told of a host once its name is published. A gang that waits for its names is
 * published as a whole, in one write, when each of its pods has an address.
 *
 * Pure.
 *
 * @param status as it is to be
 */
export function planHosts(view: JobView, status: ComputeJobStatus): HostsPlan {
  const { spec, now, pods } = view;
  if (!isLive(status)) return pods.some((pod) => !pod.finished) ? { rehost: [] } : { publish: [], rehost: [] };
  const { nodes = [], serviceName } = status;
  const members = membersOf({ status, pods });
  const present = members.flatMap(({ pod }) => (pod ? [pod] : []));
  const isOutdated = ({ hosts, slots = spec.slotsPerNode }: GangPod) =>
    hosts !== nodes.length || slots !== spec.slotsPerNode;
  const told = present.filter((pod) => !pod.finished && pod.stopBy === undefined);
  // The Service of a gang that version 0.1.0 started has a selector: the cluster publishes it.
  if (serviceName === undefined) return { rehost: told.filter(isOutdated).map((pod) => ({ pod })) };

  const publish = pods
    .filter((pod) => pod.attempt === status.attempt && pod.addresses.length > 0)
    // A pod that is done keeps its name until its gang is: a write less. One that is taken out keeps it until it is done.
    .filter((pod) => pod.index < nodes.length || !pod.finished)
    .sort((a, b) => a.index - b.index);
  if (!members.every(({ pod, completed }) => completed || (pod?.addresses.length ?? 0) > 0)) {
    if (waitsForHosts(spec) || publish.length === 0) return { rehost: [] };
    const since = Math.min(...publish.map(({ startingSince, started }) => startingSince ?? started ?? now));
    const gatheringMs = since + GATHER_MS - now;
    return gatheringMs > 0 && gatheringMs <= GATHER_MS
      ? { rehost: [], lookAgainMs: gatheringMs }
      : { publish, rehost: [] };
  }
  const hosts = publish.filter(({ index }) => index < nodes.length);
  const rehost = told.flatMap((pod): Rehost[] => {
    if (!isWaiting(pod)) return isOutdated(pod) ? [{ pod }] : [];
    const addresses = addressesFile({ job: view.name, ...view, service: serviceName }, hosts, pod.index);
    return isOutdated(pod) || pod.check !== contentHash(addresses) ? [{ pod, addresses }] : [];
  });
  return { publish, rehost };
}

/** Whether its init container waits for names, or will. */
function isWaiting({ check, outcome }: GangPod): boolean {
  return check !== undefined && outcome.type === 'Starting';
}
