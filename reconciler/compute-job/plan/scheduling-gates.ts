import type { CompleteComputeJobSpec, ComputeJobStatus } from '../../../constructs/crds/compute-job.ts';
import { waitsForHosts } from '../../../constructs/gang-wait.ts';
import type { GangPod } from '../pods/gang-pod.ts';
import type { Member } from './input.ts';

/**
 * Whether pods that are created now are kept from the scheduler until all of them are there, so that no command runs in a gang of which
 * a pod is rejected. Those with an init container that waits for the names of the gang need no gate, and neither does the last one that
 * is missing: each gate costs a write.
 */
export function needsGates(
  spec: CompleteComputeJobSpec,
  { serviceName }: Pick<ComputeJobStatus, 'serviceName'>,
  missing: number,
): boolean {
  // Pods wait for names only in a gang whose Service has no selector: see ComputeJobGang.
  const waits = serviceName !== undefined && waitsForHosts(spec);
  return missing > 1 && !waits;
}

/** Those of a gang that the scheduler doesn't see yet. */
export function gatedPods(members: readonly Member[]): GangPod[] {
  return members.flatMap(({ pod }) => (pod?.state.type === 'Starting' && pod.state.gated ? [pod] : []));
}
