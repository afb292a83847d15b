import type { NodeSigns } from '../../compute-node/node-signs.ts';
import { covers, type Toleration } from '../../node-resources/taints.ts';
import type { JobInput, Member } from './input.ts';

/**
 * How much longer to wait for the pods of a failed node, in milliseconds, because the job tolerates its taint for some time; 0: no
 * longer. A toleration without `tolerationSeconds` only says where pods may be placed. A deleted Node is not waited for.
 *
 * Pure.
 */
export function tolerationLeftMs(tolerations: readonly Toleration[], { unavailable }: NodeSigns): number {
  if (unavailable === undefined) return 0;
  const taint = { key: unavailable.taint, effect: 'NoExecute' };
  // The first match counts, as in Kubernetes.
  const seconds = tolerations.find((toleration) => covers(toleration, taint))?.tolerationSeconds ?? 0;
  return Math.max(0, seconds * 1_000 - unavailable.forMs);
}

/** Milliseconds until the first toleration of a failed node of a gang expires; undefined: none is running. */
export function firstTolerationLeftMs(input: JobInput, members: readonly Member[]): number | undefined {
  const { spec, nodeFailed, nodeSigns } = input;
  const left = members
    .filter(({ node, completed }) => !completed && nodeFailed(node))
    .map(({ node }) => tolerationLeftMs(spec.tolerations ?? [], nodeSigns(node)))
    .filter((ms) => ms > 0);
  return left.length === 0 ? undefined : Math.min(...left);
}
