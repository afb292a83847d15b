import type { KubeClient } from '../../kube/client.ts';
import { identityOf } from '../../kube/object.ts';
import type { ApplyContext } from '../../runtime/apply-children.ts';
import type { Owner } from '../../runtime/plan-children.ts';
import { type Problem, problemUnlessGone } from '../problem.ts';
import { isRolling, leftovers } from './leftovers.ts';
import { daemonSetOf, type PodCache, statefulSetOf } from './lookups.ts';
import type { RenderedGroup } from './render.ts';

export interface DeleteLeftoversContext extends PodCache {
  readonly client: Pick<KubeClient, 'delete'>;
  readonly children: ApplyContext;
}

/**
 * Deletes children that are no longer rendered.
 *
 * @returns deletions that the API server rejected
 */
export async function deleteLeftovers(
  key: string,
  owner: Owner,
  { foundation, workload }: RenderedGroup,
  context: DeleteLeftoversContext,
): Promise<Problem[]> {
  const problems: Problem[] = [];
  for (const { type, cache } of context.children.kinds.values()) {
    const unwanted = leftovers({
      owned: cache.ownedBy(owner.uid),
      rendered: [...foundation, ...workload],
      pods: context.pods.indexedBy(key),
      isRolling: isRolling(statefulSetOf(key, context) ?? daemonSetOf(key, context)),
    });
    for (const object of unwanted) {
      try {
        await cache.delete(object, () => context.client.delete(type, identityOf(object)));
      } catch (error) {
        const problem = problemUnlessGone(object.kind, object.metadata.name, error);
        if (problem !== undefined) {
          problems.push(problem);
          continue;
        }
        cache.assumeDeleted(object);
      }
      context.children.noOps.delete(object);
      context.children.contests.forget(object.metadata.uid ?? '');
    }
  }
  return problems;
}
