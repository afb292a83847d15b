import { setTimeout as sleep } from 'node:timers/promises';
import type { KubeClient } from '../../../reconciler/kube/client.ts';
import { CHILD_TYPES } from '../../../reconciler/peer-group/resources.ts';

/** When the children of a namespace's groups appeared, seen by watches of our own. */
export interface Timeline {
  /** `performance.now()` at which the group's last child appeared; groups with all children only. */
  readonly complete: ReadonlyMap<string, number>;
  /** When the first child of all appeared. */
  readonly began: () => number;
  readonly stop: () => void;
}

/**
 * Watches the namespace from now on. Resolves once all watches are open.
 *
 * @param childrenOfGroup how many children make a group complete
 */
export async function watchChildren(client: KubeClient, namespace: string, childrenOfGroup: number): Promise<Timeline> {
  const stop = new AbortController();
  const seen = new Map<string, number>();
  const complete = new Map<string, number>();
  let began: number | undefined;
  for (const type of CHILD_TYPES) {
    const { resourceVersion } = await client.list(type, { namespace });
    const options = { namespace, resourceVersion, timeoutSeconds: 3_600, mayBeSilent: () => true };
    const read = async () => {
      for await (const events of client.watch(type, options, stop.signal)) {
        for (const { type: change, object } of events) {
          const group = object.metadata.labels?.['app.kubernetes.io/instance'];
          if (change !== 'ADDED' || group === undefined) continue;
          const count = (seen.get(group) ?? 0) + 1;
          seen.set(group, count);
          began ??= performance.now();
          if (count === childrenOfGroup) complete.set(group, performance.now());
        }
      }
    };
    read().catch((error) => {
      if (!stop.signal.aborted) throw error;
    });
  }
  await sleep(500);
  return { complete, began: () => began ?? Number.NaN, stop: () => stop.abort() };
}
