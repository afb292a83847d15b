import type { Kubectl } from '../cluster/kubectl.ts';

/** Every object of a namespace as `kind/name`, sorted; of all kinds that the API server has, but for Events. */
export async function objectsIn(kubectl: Kubectl, namespace: string): Promise<string[]> {
  const kinds = (await kubectl(['api-resources', '--namespaced', '--verbs=list', '--output=name']))
    .split('\n')
    .filter((kind) => kind !== '' && !/^events(\.|$)/.test(kind));
  const names = await kubectl(['-n', namespace, 'get', kinds.join(), '--output=name']);
  return names.split('\n').filter(Boolean).sort();
}
