import type { ComputeNodeStatus } from '../../constructs/crds/compute-node.ts';
import { FIELD_MANAGER } from '../../constructs/names.ts';
import { deepEqual } from '../kube/deep-equal.ts';
import { isNotFound } from '../kube/errors.ts';
import type { ApplyConfiguration } from '../kube/object.ts';
import type { Logger } from '../runtime/logger.ts';
import { DONE, type ReconcileResult } from '../runtime/reconcile-result.ts';
import { COMPUTE_NODES, type ComputeNode } from './compute-node-object.ts';
import type { ComputeNodeContext } from './context.ts';
import { createComputeNode, mirrorLabels } from './mirror.ts';
import { type NodeHealthDecision, nodeHealth } from './node-health.ts';
import { applyResourceDefaults } from './resource-defaults.ts';
import { nodeStatus } from './status.ts';

/** How soon to check again for a ComputeNode that the garbage collector is about to delete. */
const DELETING_REQUEUE_MS = 1_000;

/** Reconciles one ComputeNode with its Node: creates it, copies labels, sets defaults, updates its health. */
export async function reconcileComputeNode(
  name: string,
  log: Logger,
  context: ComputeNodeContext,
): Promise<ReconcileResult> {
  const { nodes, computeNodes } = context;
  try {
    const node = nodes.get(name);
    if (node !== undefined && computeNodes.get(name) === undefined) await createComputeNode(node, context);
    const computeNode = computeNodes.get(name);
    if (computeNode === undefined) return DONE;
    if (isDeleting(computeNode, node?.metadata.uid)) return { type: 'RequeueAfter', ms: DELETING_REQUEUE_MS };
    if (node !== undefined) {
      await mirrorLabels(computeNode, node, context);
      await applyResourceDefaults(computeNode, node.allocatable, context);
    }
    return await updateHealth(computeNodes.get(name) ?? computeNode, log, context);
  } catch (error) {
    // It was deleted in the meantime; its event triggers the next reconcile.
    if (isNotFound(error)) return DONE;
    throw error;
  } finally {
    context.onSeen(name);
  }
}

/** Whether it is being deleted, or belongs to a deleted Node: a new Node with the same name gets a new ComputeNode. */
function isDeleting({ metadata }: ComputeNode, nodeUid: string | undefined): boolean {
  if (metadata.deletionTimestamp !== undefined) return true;
  const owner = metadata.ownerReferences?.find(({ kind }) => kind === 'Node');
  return owner !== undefined && owner.uid !== nodeUid;
}

async function updateHealth(
  computeNode: ComputeNode,
  log: Logger,
  context: ComputeNodeContext,
): Promise<ReconcileResult> {
  const { nodes, leases, readySince, limits, allocated, now, monotonic } = context;
  const { name } = computeNode.metadata;
  const node = nodes.get(name);
  const { state = 'Pending', everReady = false } = computeNode.status ?? {};
  const leaseAgeMs = leases.age(name, monotonic());
  const ready = node && { ...node.ready, since: now() - readySince.age(name, monotonic()) };
  const observed = ready && { ready, ...(leaseAgeMs !== undefined && { leaseAgeMs }) };
  const health = nodeHealth({ state, everReady }, observed ?? {}, now(), limits);
  const status = nodeStatus({
    computeNode,
    health,
    allocatable: node?.allocatable,
    allocated: allocated(name),
    now: new Date(now()).toISOString(),
  });
  await writeStatus(computeNode, status, context);
  if (health.state !== state) reportTransition(computeNode, health, log, context);
  return health.requeueAfterMs === undefined ? DONE : { type: 'RequeueAfter', ms: Math.max(0, health.requeueAfterMs) };
}

async function writeStatus(
  computeNode: ComputeNode,
  status: ComputeNodeStatus,
  { client, computeNodes }: ComputeNodeContext,
): Promise<void> {
  if (deepEqual(status, computeNode.status)) return;
  const { apiVersion, kind, metadata } = computeNode;
  const { name, uid } = metadata;
  const object: ApplyConfiguration = { apiVersion, kind, metadata: { name, ...(uid && { uid }) }, status };
  const options = { fieldManager: FIELD_MANAGER, subresource: 'status' } as const;
  await computeNodes.write(name, () => client.apply(COMPUTE_NODES, object, options));
}

/** Records an Event, a log line and a metric for a change of state. */
function reportTransition(
  computeNode: ComputeNode,
  { state, reason, message }: NodeHealthDecision,
  log: Logger,
  { events, metrics }: ComputeNodeContext,
): void {
  const before = computeNode.status?.state ?? 'Pending';
  const note = `State changed from ${before} to ${state}: ${message}`;
  const type = state === 'Running' ? 'Normal' : 'Warning';
  events.record({ regarding: computeNode, type, reason, action: 'UpdateHealth', note });
  metrics.onTransition(before, state);
  if (state === 'Running') log.info({ reason }, note);
  else log.warn({ reason }, note);
}
