import type { PodDeletion } from '../pods/delete-pods.ts';
import type { GangPod } from '../pods/gang-pod.ts';
import type { PlacementRequest } from '../queue/placement-request.ts';
import { type JobEvent, jobEvent } from '../resource/reasons.ts';
import type { JobInput, Member } from './input.ts';
import { listNodes } from './messages.ts';
import { requestNodes } from './request-nodes.ts';

/** The nodes of an active gang after a change of parallelism, and what that takes. */
export interface Resize {
  readonly nodes: readonly string[];
  readonly deletePods: readonly PodDeletion[];
  readonly request?: PlacementRequest;
  readonly events: readonly JobEvent[];
}

/** Brings the number of nodes to parallelism: shrinks at once, grows when all missing nodes are assigned. */
export function resize(input: JobInput, members: readonly Member[]): Resize {
  const { spec, status, pods, assignment } = input;
  const nodes = status.nodes ?? [];
  const surplus = pods.filter(
    (pod) => pod.attempt === status.attempt && pod.index >= Math.min(nodes.length, spec.parallelism),
  );
  const deletePods = surplus.flatMap((pod) => deletion(pod, input));
  if (spec.parallelism < nodes.length) {
    const shrunk = jobEvent('Shrunk', `Scaled down from ${nodes.length} to ${spec.parallelism} nodes`);
    return { nodes: nodes.slice(0, spec.parallelism), deletePods, events: [shrunk] };
  }
  // A surplus pod of a formerly larger gang still has the name of the pod to create.
  if (spec.parallelism === nodes.length || surplus.length > 0) return { nodes, deletePods, events: [] };
  if (growBackoffLeftMs(input) > 0) return { nodes, deletePods, events: [] };
  if (assignment !== undefined) {
    const note = `Scaled up from ${nodes.length} to ${spec.parallelism} nodes: added ${listNodes(assignment)}`;
    return { nodes: [...nodes, ...assignment], deletePods, events: [jobEvent('Grown', note)] };
  }
  const request = requestNodes(input, {
    attempt: status.attempt ?? 0,
    firstIndex: nodes.length,
    count: spec.parallelism - nodes.length,
    preferred: [],
    avoided: new Set(members.map(({ node }) => node)),
  });
  return { nodes, deletePods, request, events: [] };
}

/** Milliseconds until the gang may try again to grow; 0 or less: now. */
export function growBackoffLeftMs({ status, now }: JobInput): number {
  return status.retryTime === undefined ? 0 : Date.parse(status.retryTime) - now;
}

function deletion(pod: GangPod, { nodeFailed }: JobInput): PodDeletion[] {
  // A node that doesn't respond would never confirm the deletion, and the name would stay taken.
  if (nodeFailed(pod.node)) return [{ pod, graceSeconds: 0 }];
  return pod.stopBy === undefined ? [{ pod }] : [];
}
