import { covers, type Toleration } from '../../node-resources/taints.ts';
import type { NodeSigns } from './failure-cause.ts';
import type { JobInput, Member } from './input.ts';

/**
 * How much longer the pods of a node that has failed are to be waited for, in milliseconds, because the job tolerates its taint for a
 * while; 0: no longer. Without `tolerationSeconds` a toleration only says where pods may be put. A Node that is gone doesn't come back.
 *
 * Pure.
 */
export function tolerationLeftMs(tolerations: readonly Toleration[], { away }: NodeSigns): number {
  if (away === undefined) return 0;
  const taint = { key: away.taint, effect: 'NoExecute' };
  // The first that fits counts, as in Kubernetes.
  const seconds = tolerations.find((toleration) => covers(toleration, taint))?.tolerationSeconds ?? 0;
  return Math.max(0, seconds * 1_000 - away.forMs);
}

/** Milliseconds until the first node of a gang that has failed is waited for no longer; undefined: none is waited for. */
export function firstTolerationLeftMs(input: JobInput, members: readonly Member[]): number | undefined {
  const { spec, nodeFailed, nodeSigns } = input;
  const left = members
    .filter(({ node, completed }) => !completed && nodeFailed(node))
    .map(({ node }) => tolerationLeftMs(spec.tolerations ?? [], nodeSigns(node)))
    .filter((ms) => ms > 0);
  return left.length === 0 ? undefined : Math.min(...left);
}
