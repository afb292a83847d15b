import { gangPod } from '../../../constructs/gang-names.ts';
import { splitKey } from '../../kube/object.ts';
import type { Amounts } from '../../node-resources/amounts.ts';
import type { NodeFilter } from './node-table.ts';
import type { QueuePlace } from './queue-order.ts';

/**
 * The nodes that a job asks for: those of a new gang, or those by which a running gang grows. The planner makes it, and it stays the
 * same object until a placement pass has chosen the nodes.
 */
export interface PlacementRequest extends QueuePlace, NodeFilter {
  /** What makes it this request and no other: an assignment counts only for the request that it was made for. */
  readonly id: string;
  readonly attempt: number;
  /** Index of the first pod to place: 0 for a new gang. */
  readonly firstIndex: number;
  /** Number of nodes, one pod on each. */
  readonly count: number;
  /** Of each pod, `pods: 1` included. */
  readonly requests: Amounts;
  /** Nodes to take first, in this order: where the job ran before. */
  readonly preferred: readonly string[];
  /** Nodes not to take: where the job has a pod already, or where its pods could not start. */
  readonly avoided: ReadonlySet<string>;
}

/** Keys of the pods that will be created for a request, one on each of its nodes. */
export function requestedPods({ key, attempt, firstIndex, count }: PlacementRequest): string[] {
  const { namespace, name } = splitKey(key);
  return Array.from({ length: count }, (_, offset) => `${namespace}/${gangPod(name, attempt, firstIndex + offset)}`);
}
