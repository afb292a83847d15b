import type { Cache } from '../kube/cache.ts';
import type { KubeClient } from '../kube/client.ts';
import { type KubeObject, keyOf } from '../kube/object.ts';
import type { ResourceType } from '../kube/resource-type.ts';

/** An object of which only a part is kept is read again this often, in milliseconds. */
export const REREAD_MS = 600_000;

/** An object of the cache; read again when only a part of it is kept, because there may be room for all of it now. */
export async function completedObject<T extends KubeObject>(
  object: T,
  type: ResourceType,
  cache: Pick<Cache<T>, 'isPartial' | 'complete'>,
  client: Pick<KubeClient, 'list'>,
): Promise<T> {
  if (!cache.isPartial(keyOf(object))) return object;
  const { name, namespace } = object.metadata;
  const [answer] = (await client.list(type, { name, ...(namespace !== undefined && { namespace }) })).items;
  return answer === undefined ? object : cache.complete(answer);
}
