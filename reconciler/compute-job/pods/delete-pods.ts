import { PODS } from '../../kube/core-types.ts';
import { hasGone } from '../../kube/errors.ts';
import type { ComputeJobObject } from '../resource/compute-job-object.ts';
import type { PodsContext } from './context.ts';
import type { GangPod } from './gang-pod.ts';

export interface PodDeletion {
  readonly pod: GangPod;
  /** Seconds that its processes get to stop; undefined: the pod's own grace period. */
  readonly graceSeconds?: number;
}

/** Deletes these pods by uid: never a later pod of the same name. */
export async function deletePods(
  { metadata: { namespace } }: ComputeJobObject,
  deletions: readonly PodDeletion[],
  { client }: Pick<PodsContext, 'client'>,
): Promise<void> {
  await Promise.all(
    deletions.map(async ({ pod: { name, uid }, graceSeconds }) => {
      try {
        await client.delete(PODS, { name, namespace, uid }, graceSeconds);
      } catch (error) {
        if (!hasGone(error)) throw error;
      }
    }),
  );
}
