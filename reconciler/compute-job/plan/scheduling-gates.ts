import type { CompleteComputeJobSpec, ComputeJobStatus } from '../../../constructs/crds/compute-job.ts';
import { waitsForHosts } from '../../../constructs/gang-wait.ts';
import type { GangPod } from '../pods/gang-pod.ts';
import type { Member } from './input.ts';

/**
 * Whether the pods that are created now get a scheduling gate until all of them exist, so that no command runs in a gang with a
 * rejected pod. Pods with an init container that waits for the host names of the gang need no gate, nor does the last missing pod:
 * each gate costs a write.
 */
export function needsGates(
  spec: CompleteComputeJobSpec,
  { serviceName }: Pick<ComputeJobStatus, 'serviceName'>,
  missing: number,
): boolean {
  // Pods wait for host names only if the Service of the gang has no selector: see ComputeJobGang.
  const waits = serviceName !== undefined && waitsForHosts(spec);
  return missing > 1 && !waits;
}

/** Pods of a gang that still have the gate. */
export function gatedPods(members: readonly Member[]): GangPod[] {
  return members.flatMap(({ pod }) => (pod?.state.type === 'Starting' && pod.state.gated ? [pod] : []));
}
