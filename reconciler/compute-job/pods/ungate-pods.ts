import { FIELD_MANAGER, GANG_GATE } from '../../../constructs/names.ts';
import { PODS } from '../../kube/core-types.ts';
import { hasGone, KubeError } from '../../kube/errors.ts';
import { keyOf } from '../../kube/object.ts';
import { forEachConcurrently } from '../../runtime/for-each-concurrently.ts';
import type { ComputeJobObject } from '../resource/compute-job-object.ts';
import type { PodsContext } from './context.ts';
import type { CreateFailure } from './create-pods.ts';
import type { GangPod } from './gang-pod.ts';

/** Patches of one gang in flight at most. */
const MAX_CONCURRENT_PATCHES = 16;

/**
 * Removes our scheduling gate from the pods of a complete gang. Gates of others stay.
 *
 * @returns why one of them still has it; undefined when none has
 */
export async function ungatePods(
  { metadata: { namespace } }: ComputeJobObject,
  gated: readonly GangPod[],
  { client, pods }: Pick<PodsContext, 'client' | 'pods'>,
): Promise<CreateFailure | undefined> {
  let failure: CreateFailure | undefined;
  await forEachConcurrently(gated, MAX_CONCURRENT_PATCHES, async ({ name, uid }) => {
    const target = { name, namespace };
    const patch = { metadata: { uid }, spec: { schedulingGates: [{ $patch: 'delete', name: GANG_GATE }] } };
    try {
      await pods.write(keyOf({ metadata: target }), () => client.strategicPatch(PODS, target, patch, FIELD_MANAGER));
    } catch (error) {
      if (!(error instanceof KubeError)) throw error;
      if (!hasGone(error)) failure ??= { type: 'Transient', message: `pod ${name}: ${error.message}`, error };
    }
  });
  return failure;
}
