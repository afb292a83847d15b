import type { PeerGroupStatus } from '../../constructs/crds/peer-group.ts';
import { FIELD_MANAGER } from '../../constructs/names.ts';
import { deepEqual } from '../kube/deep-equal.ts';
import { isConflict, isNotFound } from '../kube/errors.ts';
import { keyOf, type Rendered } from '../kube/object.ts';
import type { PeerGroupContext } from './context.ts';
import { statefulSetOf } from './lookups.ts';
import { observe } from './observe.ts';
import type { Problem } from './problem.ts';
import type { RenderedGroup } from './render.ts';
import { PEER_GROUPS, type PeerGroupObject } from './resources.ts';
import { computeStatus } from './status.ts';

/** Computes the status from what the caches hold, and writes it if it differs. */
export async function writeStatus(
  key: string,
  group: PeerGroupObject,
  rendered: RenderedGroup | undefined,
  problems: readonly Problem[],
  context: PeerGroupContext,
): Promise<void> {
  const desired = rendered?.replicas ?? group.spec.replicas ?? 0;
  const observation = observe({
    statefulSet: statefulSetOf(key, context),
    pods: context.pods.indexedBy(key).filter((pod) => pod.metadata.deletionTimestamp === undefined),
    desired,
    configHash: rendered?.configHash ?? '',
    reported: (pod) => context.reports.reported(pod.metadata.uid ?? ''),
  });
  const now = new Date(context.now()).toISOString().replace(/\.\d+Z$/, 'Z');
  const status = computeStatus({ group, desired, observation, problems, now });
  if (deepEqual(status, group.status)) return;
  await applyStatus(group, status, context);
}

async function applyStatus(group: PeerGroupObject, status: PeerGroupStatus, context: PeerGroupContext): Promise<void> {
  const { apiVersion, kind, metadata } = group;
  const { name, namespace, uid } = metadata as { name: string; namespace: string; uid: string };
  const object: Rendered = { apiVersion, kind, metadata: { name, namespace, uid }, status };
  try {
    const options = { fieldManager: FIELD_MANAGER, subresource: 'status' } as const;
    await context.groups.write(keyOf(group), () => context.client.apply(PEER_GROUPS, object, options));
  } catch (error) {
    // Deleted, or deleted and made anew: its successor gets a status of its own.
    if (!isNotFound(error) && !isConflict(error)) throw error;
  }
}
