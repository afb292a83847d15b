import { setTimeout as sleep } from 'node:timers/promises';
import { COMPUTE_JOBS } from '../../../reconciler/compute-job/resource/compute-job-object.ts';
import { COMPUTE_NODES } from '../../../reconciler/compute-node/compute-node-object.ts';
import type { KubeClient } from '../../../reconciler/kube/client.ts';
import type { ResourceType } from '../../../reconciler/kube/resource-type.ts';
import type { WatchEvent } from '../../../reconciler/kube/watch-event.ts';
import { PEER_GROUPS } from '../../../reconciler/peer-group/resources.ts';
import type { Kubectl } from '../../cluster/kubectl.ts';
import { type AnyObject, openWorld } from '../world.ts';
import { checkReadings } from './check-readings.ts';
import type { Snapshot } from './expected.ts';

/** While the definitions are not there, or the API server is away, in milliseconds. */
const RETRY_MS = 500;

/** An annotation. An object that has it is left out: its status is not this operator's, since a test or an older operator has written it. */
export const EDITED = 'test.rollcall.dev/status-edited';

/** Makes an object's status one that an older operator could have written: without these conditions. */
export async function removeConditions(kubectl: Kubectl, object: AnyObject, types: readonly string[]): Promise<void> {
  const { kind, metadata, status } = object;
  const target = ['-n', metadata.namespace!, kind, metadata.name];
  await kubectl(['annotate', ...target, `${EDITED}=true`]);
  const conditions = status.conditions.filter(({ type }: { type: string }) => !types.includes(type));
  const patch = JSON.stringify({ status: { conditions } });
  await kubectl(['patch', ...target, '--subresource=status', '--type=merge', '-p', patch]);
}

/** Every status that the objects of our kinds have on one control plane, from now until it is asked to judge them. */
export interface StatusRecorder {
  /** Ends the recording and lets the judges read what was recorded. */
  readonly judge: () => Promise<void>;
}

/** Begins to record. Objects of before a gap in a watch are left out: what they went through is not known. */
export function recordStatuses(controlPlane: { readonly kubeconfig: string }): StatusRecorder {
  const world = openWorld(controlPlane);
  const stopping = new AbortController();
  const histories = new Map<string, Snapshot[]>();
  const watches = [PEER_GROUPS, COMPUTE_JOBS, COMPUTE_NODES].map((type) =>
    record(world.client, type, histories, stopping.signal),
  );
  return {
    judge: async () => {
      stopping.abort();
      await Promise.all(watches);
      await world.close();
      await checkReadings([...histories.values()]);
    },
  };
}

async function record(
  client: KubeClient,
  type: ResourceType,
  histories: Map<string, Snapshot[]>,
  signal: AbortSignal,
): Promise<void> {
  const lost = new Set<string>();
  while (!signal.aborted) {
    try {
      const { items, resourceVersion } = await client.list(type, {});
      for (const { metadata } of items) lost.add(metadata.uid!);
      const watch = { resourceVersion, timeoutSeconds: 3_600, mayBeSilent: () => true };
      for await (const events of client.watch(type, watch, signal))
        for (const event of events) note(event, lost, histories);
    } catch {
      // What is recorded is what there is; a control plane that is away is another test's business.
    }
    for (const uid of histories.keys()) lost.add(uid);
    await sleep(RETRY_MS, undefined, { signal }).catch(() => {});
  }
}

function note({ type, object }: WatchEvent, lost: ReadonlySet<string>, histories: Map<string, Snapshot[]>): void {
  const { uid = '', deletionTimestamp, annotations } = object.metadata;
  const isEdited = annotations?.[EDITED] !== undefined;
  if (isEdited) histories.delete(uid);
  if (type === 'BOOKMARK' || type === 'DELETED' || deletionTimestamp !== undefined) return;
  if (isEdited || lost.has(uid)) return;
  const { apiVersion, kind, metadata, status } = object as AnyObject;
  const { name, namespace, generation } = metadata;
  const history = histories.get(uid) ?? [];
  history.push({
    apiVersion,
    kind,
    metadata: { name, ...(namespace && { namespace }), generation },
    status,
  } as Snapshot);
  histories.set(uid, history);
}
