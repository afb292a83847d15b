import type { KubeClient } from '../client.ts';
import type { KubeObject } from '../object.ts';
import type { ResourceType } from '../resource-type.ts';

/**
 * Running pods of the operator that know no Lease and write whoever holds it: those of versions before leader
 * election. A new leader waits until they have gone.
 *
 * @param selector label selector of the operator's pods that lack the label of those which take part in the election
 */
export async function podsWithoutElection(
  client: KubeClient,
  pods: ResourceType,
  namespace: string,
  selector: string,
): Promise<KubeObject[]> {
  const { items } = await client.list(pods, { namespace, labelSelector: selector });
  const isOver = ({ status }: KubeObject & { status?: { phase?: string } }) =>
    status?.phase === 'Succeeded' || status?.phase === 'Failed';
  return items.filter((pod) => !isOver(pod));
}
