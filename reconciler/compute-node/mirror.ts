import { contentHash } from '../../constructs/content-hash.ts';
import { ANNOTATION_APPLIED, FIELD_MANAGER, GROUP_VERSION } from '../../constructs/names.ts';
import { ApiStatusError } from '../kube/errors.ts';
import type { ApplyConfiguration } from '../kube/object.ts';
import type { Node } from '../node-resources/node.ts';
import { COMPUTE_NODES, type ComputeNode } from './compute-node-object.ts';
import type { ComputeNodeContext } from './context.ts';

const KIND = { apiVersion: GROUP_VERSION, kind: COMPUTE_NODES.kind };

/**
 * Creates the ComputeNode of a Node, owned by it. One that a user created a moment before is kept, and never gets an owner.
 */
export async function createComputeNode({ metadata: { name, uid } }: Node, context: ComputeNodeContext): Promise<void> {
  const { client, computeNodes } = context;
  const owner = { apiVersion: 'v1', kind: 'Node', name, uid: uid ?? '', controller: true };
  const object: ApplyConfiguration = { ...KIND, metadata: { name, ownerReferences: [owner] }, spec: {} };
  try {
    await computeNodes.write(name, () => client.create(COMPUTE_NODES, object, FIELD_MANAGER));
  } catch (error) {
    if (!(error instanceof ApiStatusError && error.reason === 'AlreadyExists')) throw error;
    computeNodes.assume(await client.get(COMPUTE_NODES, { name }));
  }
}

/** Copies the labels of the Node to the ComputeNode, and removes copied labels that the Node no longer has. */
export async function mirrorLabels(
  computeNode: ComputeNode,
  { labels }: Node,
  { client, computeNodes }: ComputeNodeContext,
): Promise<void> {
  const { name, uid, labels: present = {}, annotations } = computeNode.metadata;
  const sorted = Object.fromEntries(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
  const applied = contentHash(JSON.stringify(sorted));
  const mirrored = Object.entries(labels).every(([key, value]) => present[key] === value);
  if (mirrored && annotations?.[ANNOTATION_APPLIED] === applied) return;
  const object: ApplyConfiguration = {
    ...KIND,
    metadata: { name, ...(uid && { uid }), labels: sorted, annotations: { [ANNOTATION_APPLIED]: applied } },
  };
  await computeNodes.write(name, () => client.apply(COMPUTE_NODES, object, { fieldManager: FIELD_MANAGER }));
}
