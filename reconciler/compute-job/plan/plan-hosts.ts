import { contentHash } from '../../../constructs/content-hash.ts';
import type { ComputeJobStatus } from '../../../constructs/crds/compute-job.ts';
import { addressesFile, waitsForHosts } from '../../../constructs/gang-wait.ts';
import type { GangPod } from '../pods/gang-pod.ts';
import type { HostsAnnotation, HostsUpdate } from '../pods/update-hosts.ts';
import { isActive } from '../resource/job-status.ts';
import { type JobInput, membersOf } from './input.ts';

/** A gang that doesn't wait for its host names is published this long after its first pod got an address: mostly all have by then. */
const GATHER_MS = 2_000;

/**
 * Which host names to publish, and which pods to update: a pod is updated once the names of its hosts are published. A gang that
 * waits for its host names is published as a whole, in one write, when each of its pods has an address.
 *
 * Pure.
 *
 * @param status as decided now
 */
export function planHosts(input: JobInput, status: ComputeJobStatus): HostsUpdate {
  const { spec, now, pods } = input;
  if (!isActive(status)) return pods.some((pod) => !pod.finished) ? { annotate: [] } : { publish: [], annotate: [] };
  const { nodes = [], serviceName } = status;
  const members = membersOf({ status, pods });
  const present = members.flatMap(({ pod }) => (pod ? [pod] : []));
  const isOutdated = ({ hosts, slots = spec.slotsPerNode }: GangPod) =>
    hosts !== nodes.length || slots !== spec.slotsPerNode;
  const running = present.filter((pod) => !pod.finished && pod.stopBy === undefined);
  // The Service of a gang that version 0.1.0 started has a selector: the cluster publishes it.
  if (serviceName === undefined) return { annotate: running.filter(isOutdated).map((pod) => ({ pod })) };

  const publish = pods
    .filter((pod) => pod.attempt === status.attempt && pod.addresses.length > 0)
    // A finished pod keeps its name until its gang has finished, which saves a write. A surplus pod keeps it until it has finished.
    .filter((pod) => pod.index < nodes.length || !pod.finished)
    .sort((a, b) => a.index - b.index);
  if (!members.every(({ pod, completed }) => completed || (pod?.addresses.length ?? 0) > 0)) {
    if (waitsForHosts(spec) || publish.length === 0) return { annotate: [] };
    const since = Math.min(...publish.map(({ startingSince, started }) => startingSince ?? started ?? now));
    const gatheringMs = since + GATHER_MS - now;
    return gatheringMs > 0 && gatheringMs <= GATHER_MS
      ? { annotate: [], requeueAfterMs: gatheringMs }
      : { publish, annotate: [] };
  }
  const hosts = publish.filter(({ index }) => index < nodes.length);
  const annotate = running.flatMap((pod): HostsAnnotation[] => {
    if (!isWaiting(pod)) return isOutdated(pod) ? [{ pod }] : [];
    const addresses = addressesFile({ job: input.name, ...input, service: serviceName }, hosts, pod.index);
    return isOutdated(pod) || pod.addressesHash !== contentHash(addresses) ? [{ pod, addresses }] : [];
  });
  return { publish, annotate };
}

/** Whether its init container waits for host names, or will. */
function isWaiting({ addressesHash, state }: GangPod): boolean {
  return addressesHash !== undefined && state.type === 'Starting';
}
