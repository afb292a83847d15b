import { PODS } from '../../reconciler/kube/core-types.ts';
import type { KubeObject } from '../../reconciler/kube/object.ts';
import type { World } from './world.ts';

/** A pod as the API server has it. */
export interface WatchedPod extends KubeObject {
  readonly spec: { readonly nodeName?: string };
  readonly status?: {
    readonly phase?: string;
    readonly conditions?: readonly { readonly type: string; readonly status: string; readonly reason?: string }[];
  };
}

/**
 * Tells of every pod of a namespace, first of those that there are, until the signal. A watch that the API server ends, as
 * it does to one that can't keep up, is taken up where it was.
 */
export async function watchPods(
  { client }: World,
  namespace: string,
  signal: AbortSignal,
  onPod: (pod: WatchedPod, deleted: boolean) => void,
): Promise<void> {
  const { items, resourceVersion } = await client.list(PODS, { namespace });
  for (const pod of items) onPod(pod as WatchedPod, false);
  let last = resourceVersion;
  try {
    while (!signal.aborted) {
      const options = { namespace, resourceVersion: last, timeoutSeconds: 600, mayBeSilent: () => true };
      for await (const events of client.watch(PODS, options, signal)) {
        for (const { type, object } of events) {
          last = object.metadata.resourceVersion ?? last;
          if (type !== 'BOOKMARK') onPod(object as WatchedPod, type === 'DELETED');
        }
      }
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
