import type { PeerGroupStatus } from '../../../constructs/crds/peer-group.ts';
import { FIELD_MANAGER } from '../../../constructs/names.ts';
import type { Cache } from '../../kube/cache.ts';
import type { KubeClient } from '../../kube/client.ts';
import { deepEqual } from '../../kube/deep-equal.ts';
import { isConflict, isNotFound } from '../../kube/errors.ts';
import type { EventRecorder } from '../../kube/event-recorder.ts';
import { type ApplyConfiguration, keyOf } from '../../kube/object.ts';
import type { Finding } from '../../runtime/conditions.ts';
import { livePodsOf, observationOf, type PodCache } from '../children/lookups.ts';
import type { RenderedGroup } from '../children/render.ts';
import { type ConnectivityContext, gatherConnectivityInput } from '../connectivity/gather-input.ts';
import { observeConnectivity, type WrittenStatus } from '../connectivity/observe-connectivity.ts';
import { iso } from '../connectivity/outages.ts';
import { recordOutages } from '../connectivity/record-outages.ts';
import type { Problem } from '../problem.ts';
import { finding } from '../reasons.ts';
import type { ReportSource } from '../report.ts';
import { PEER_GROUPS, type PeerGroupObject, type Pod } from '../resources.ts';
import { computeStatus } from './compute-status.ts';
import type { WriteLimiter } from './write-limiter.ts';

export interface WriteStatusContext extends ConnectivityContext {
  readonly client: Pick<KubeClient, 'apply'>;
  readonly groups: ConnectivityContext['groups'] & Pick<Cache<PeerGroupObject>, 'write'>;
  readonly statusWrites: Pick<WriteLimiter, 'waitMs'>;
  readonly events: Pick<EventRecorder, 'record'>;
}

/**
 * Computes the status from caches and reports, and writes it if it differs.
 *
 * @param rendered undefined: the group is being deleted or cannot be rendered, so its links are not observed
 * @returns milliseconds after which it may change without an event; undefined: never
 */
export async function writeStatus(
  key: string,
  group: PeerGroupObject,
  rendered: RenderedGroup | undefined,
  problems: readonly Problem[],
  context: WriteStatusContext,
): Promise<number | undefined> {
  const generation = group.metadata.generation ?? 0;
  const written = group.status as WrittenStatus | undefined;
  const observed =
    rendered && observeConnectivity(gatherConnectivityInput(group, rendered, context), written, generation);
  const status = computeStatus({
    group,
    observation: observationOf(group, context),
    updatedPeers: rendered === undefined ? 0 : countUpdated(key, rendered.configHash, context),
    connectivity: observed ?? { connected: unobserved(group, problems) },
    problems,
    now: iso(context.now()).replace(/\.\d+Z$/, 'Z'),
  });
  if (!deepEqual(status, group.status)) {
    const waitMs = context.statusWrites.waitMs(key);
    if (waitMs > 0) return Math.min(waitMs, observed?.againInMs ?? waitMs);
    await applyStatus(group, status, context);
    if (observed !== undefined) recordOutages(group, observed.changes, context.events);
  }
  return observed?.againInMs;
}

/** The links of such a group are not observed. */
function unobserved({ metadata }: PeerGroupObject, [problem]: readonly Problem[]): Finding {
  if (metadata.deletionTimestamp !== undefined)
    return finding('Connected', 'Deleting', 'The PeerGroup is being deleted.');
  return finding('Connected', 'NotObserved', problem?.message ?? 'The links are not observed.');
}

function countUpdated(key: string, configHash: string, context: PodCache & ReportSource): number {
  const hashOf = ({ metadata }: Pod) => context.reports.reportOf(metadata.uid ?? '')?.summary.config.hash;
  return livePodsOf(key, context).filter((pod) => hashOf(pod) === configHash).length;
}

async function applyStatus(
  group: PeerGroupObject,
  status: PeerGroupStatus,
  context: WriteStatusContext,
): Promise<void> {
  const { apiVersion, kind, metadata } = group;
  const { name, namespace, uid } = metadata as { name: string; namespace: string; uid: string };
  const object: ApplyConfiguration = { apiVersion, kind, metadata: { name, namespace, uid }, status };
  try {
    const options = { fieldManager: FIELD_MANAGER, subresource: 'status' } as const;
    await context.groups.write(keyOf(group), () => context.client.apply(PEER_GROUPS, object, options));
  } catch (error) {
    // Deleted, or deleted and created again: the new object gets its own status.
    if (!isNotFound(error) && !isConflict(error)) throw error;
  }
}
