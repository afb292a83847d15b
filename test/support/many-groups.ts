import { expect } from 'chai';
import { CHILD_TYPES } from '../../reconciler/peer-group/resources.ts';
import { eventually } from './eventually.ts';
import { type AnyObject, peerGroup, type World } from './world.ts';

/** Requests in flight while groups are made. */
const CONCURRENCY = 16;

/** Makes groups `group-0` … in the namespace, as fast as the API server takes them. */
export async function createGroups(world: World, namespace: string, count: number): Promise<void> {
  const names = Array.from({ length: count }, (_, i) => `group-${count - 1 - i}`);
  const work = async () => {
    for (let name = names.pop(); name !== undefined; name = names.pop()) {
      await world.create(peerGroup(namespace, name, { replicas: 0 }));
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, work));
}

/** Waits until the operator has observed the present generation of every group of the namespace. */
export function allObserved(world: World, namespace: string, count: number, timeoutMs: number): Promise<AnyObject[]> {
  return eventually(
    async () => {
      const groups = await world.list('PeerGroup', namespace);
      const done = groups.filter(({ status, metadata }) => status?.observedGeneration === metadata.generation);
      expect(done.length).to.equal(count);
      return groups;
    },
    timeoutMs,
    count,
  ); // a list of ten thousand is work for the API server, which has better to do
}

/** Children of the namespace's groups, `Kind/name`, sorted. */
export async function childrenOf(world: World, namespace: string): Promise<string[]> {
  const lists = await Promise.all(CHILD_TYPES.map(({ kind }) => world.list(kind, namespace)));
  return lists
    .flat()
    .filter(({ metadata }) => metadata.ownerReferences?.[0]?.kind === 'PeerGroup')
    .map(({ kind, metadata }) => `${kind}/${metadata.name}`)
    .sort();
}
