import { expect } from 'chai';
import * as fc from 'fast-check';
import { Cache, type CacheEvent } from '../../../../reconciler/kube/cache.ts';
import type { KubeObject } from '../../../../reconciler/kube/object.ts';
import { stripManagedFields } from '../../../../reconciler/kube/transform.ts';
import { object } from './builders.ts';

interface Seen {
  readonly cache: Cache<KubeObject>;
  readonly events: CacheEvent<KubeObject>[];
}

/** A cache whose first list is complete. */
function syncedCache(...listed: KubeObject[]): Seen {
  const events: CacheEvent<KubeObject>[] = [];
  const cache = new Cache<KubeObject>({
    transform: stripManagedFields,
    indexBy: (item) => item.metadata.labels?.app,
    onEvent: (event) => events.push(event),
  });
  replace(cache, '1', listed);
  events.length = 0;
  return { cache, events };
}

function replace(cache: Cache<KubeObject>, resourceVersion: string, listed: readonly KubeObject[]): void {
  cache.handleDelta({ type: 'ReplaceStarted' });
  for (const item of listed) cache.handleDelta({ type: 'Upsert', object: item });
  cache.handleDelta({ type: 'ReplaceEnded', resourceVersion });
}

const upsert = (cache: Cache<KubeObject>, item: KubeObject) => cache.handleDelta({ type: 'Upsert', object: item });
const version = (name: string, resourceVersion: string, rest: object = {}) => object(name, { resourceVersion }, rest);

describe('cache', () => {
  it('marks what was there before it came', () => {
    const events: CacheEvent<KubeObject>[] = [];
    const cache = new Cache<KubeObject>({ transform: stripManagedFields, onEvent: (event) => events.push(event) });
    replace(cache, '5', [version('a', '3')]);
    upsert(cache, version('b', '6'));
    expect(events.map(({ isInInitialList }) => isInInitialList)).to.deep.equal([true, false]);
  });

  describe('after a watch that died before it showed our write', () => {
    const edited = { data: { a: 'theirs' } };

    it('reports what somebody else changed before it, which our write was answered with', () => {
      const { cache, events } = syncedCache(version('a', '2'));
      cache.assume(version('a', '4', edited));
      cache.clearExpectations();
      replace(cache, '4', [version('a', '4', edited)]);
      expect(events.map(({ object: { metadata }, old }) => [metadata.resourceVersion, old])).to.deep.equal([
        ['4', version('a', '2')],
      ]);
      replace(cache, '5', [version('a', '4', edited)]);
      expect(events).to.have.lengthOf(1);
    });

    it('does so when the next watch shows it, after another write of ours, too', () => {
      const { cache, events } = syncedCache(version('a', '2'));
      cache.assume(version('a', '4', edited));
      cache.clearExpectations();
      cache.assume(version('a', '6', edited));
      cache.clearExpectations();
      for (const shown of ['3', '4', '6', '6']) upsert(cache, version('a', shown, edited));
      expect(events.map(({ old }) => old)).to.deep.equal([version('a', '2')]);
    });

    it('reports nothing of a write that changed nothing of what is kept', () => {
      const { cache, events } = syncedCache(version('a', '2'));
      cache.assume(version('a', '4'));
      cache.clearExpectations();
      replace(cache, '4', [version('a', '4')]);
      expect(events).to.deep.equal([]);
    });
  });

  describe('of several namespaces, each listed by itself', () => {
    const inNamespace = (namespace: string, name: string, resourceVersion: string) =>
      object(name, { namespace, resourceVersion, uid: `${namespace}-${name}` });
    const list = (cache: Cache<KubeObject>, namespace: string, listed: readonly KubeObject[]) => {
      cache.handleDelta({ type: 'ReplaceStarted' }, namespace);
      for (const item of listed) cache.handleDelta({ type: 'Upsert', object: item }, namespace);
      cache.handleDelta({ type: 'ReplaceEnded', resourceVersion: '9' }, namespace);
    };

    it('is complete once all are, and a new list of one takes nothing from the others', () => {
      const events: CacheEvent<KubeObject>[] = [];
      const cache = new Cache<KubeObject>({
        transform: stripManagedFields,
        namespaces: ['a', 'ab'],
        onEvent: (event) => events.push(event),
      });
      list(cache, 'a', [inNamespace('a', 'x', '1'), inNamespace('a', 'y', '2')]);
      expect(cache.synced).to.equal(false);
      list(cache, 'ab', [inNamespace('ab', 'x', '3')]);
      expect(cache.synced).to.equal(true);
      list(cache, 'a', [inNamespace('a', 'x', '1')]);
      expect([...cache.keys()].sort()).to.deep.equal(['a/x', 'ab/x']);
      const { object: gone, deleted } = events.at(-1)!;
      expect([gone.metadata.namespace, gone.metadata.name, deleted]).to.deep.equal(['a', 'y', true]);
    });

    it('is owed our own writes by the watch of their namespace only', () => {
      const cache = new Cache<KubeObject>({
        transform: stripManagedFields,
        namespaces: ['a', 'ab'],
        onEvent: () => {},
      });
      cache.assume(inNamespace('ab', 'x', '3'));
      expect([cache.expectations('a'), cache.expectations('ab'), cache.expectations()]).to.deep.equal([0, 1, 1]);
      list(cache, 'a', []);
      expect(cache.expectations('ab')).to.equal(1);
    });
  });

  it('drops managedFields', () => {
    const { cache } = syncedCache(
      object('a', { resourceVersion: '1', managedFields: [{ manager: 'm', operation: 'Apply' }] }),
    );
    expect(cache.get('ns/a')?.metadata).not.to.have.property('managedFields');
  });

  it('finds objects by their controller and by its index, and no longer once they have changed or gone', () => {
    const owner = { apiVersion: 'v1', kind: 'X', name: 'o', uid: 'o1', controller: true };
    const { cache } = syncedCache(
      object('a', { resourceVersion: '1', ownerReferences: [owner], labels: { app: 'x' } }),
    );
    expect(cache.ownedBy('o1')).to.have.length(1);
    expect(cache.indexedBy('x')).to.have.length(1);
    upsert(cache, object('a', { resourceVersion: '2', ownerReferences: [owner], labels: { app: 'y' } }));
    expect(cache.indexedBy('x')).to.deep.equal([]);
    cache.handleDelta({ type: 'Delete', object: object('a', { resourceVersion: '3' }) });
    expect(cache.ownedBy('o1')).to.deep.equal([]);
  });

  it('shows a write of ours before the watch does, and takes its echo for no event', async () => {
    const { cache, events } = syncedCache(version('a', '1'));
    await cache.write('ns/a', async () => version('a', '2', { data: { x: '1' } }));
    expect(cache.get('ns/a')).to.have.property('data');
    upsert(cache, version('a', '2', { data: { x: '1' } }));
    expect(events).to.deep.equal([]);
  });

  it('takes an echo for no event even if it arrives before the answer', async () => {
    const { cache, events } = syncedCache(version('a', '1'));
    await cache.write('ns/a', async () => {
      upsert(cache, version('a', '2'));
      return version('a', '2');
    });
    expect(events).to.deep.equal([]);
    expect(cache.expectations()).to.equal(0);
  });

  it("tells about somebody else's change that the answer to our write already contained", async () => {
    const { cache, events } = syncedCache(version('a', '1'));
    await cache.write('ns/a', async () => version('a', '3', { data: { theirs: '2', ours: '3' } }));
    upsert(cache, version('a', '2', { data: { theirs: '2' } }));
    upsert(cache, version('a', '3', { data: { theirs: '2', ours: '3' } }));
    expect(events.map(({ object: { metadata } }) => metadata.resourceVersion)).to.deep.equal(['3']);
  });

  it('does not go back to an older state that the watch still has to get through', async () => {
    const { cache } = syncedCache(version('a', '1'));
    await cache.write('ns/a', async () => version('a', '9'));
    upsert(cache, version('a', '4'));
    expect(cache.get('ns/a')?.metadata.resourceVersion).to.equal('9');
  });

  it('keeps what we created when a list from before it ends', async () => {
    const { cache } = syncedCache();
    await cache.write('ns/a', async () => version('a', '20'));
    replace(cache, '15', []);
    expect(cache.get('ns/a')).not.to.equal(undefined);
    replace(cache, '25', []);
    expect(cache.get('ns/a')).to.equal(undefined);
  });

  it('does not bring back what we deleted', async () => {
    const { cache, events } = syncedCache(version('a', '1'));
    await cache.delete(cache.get('ns/a')!, async () => {});
    upsert(cache, version('a', '2'));
    expect(cache.get('ns/a')).to.equal(undefined);
    cache.handleDelta({ type: 'Delete', object: version('a', '3') });
    expect(events).to.deep.equal([]);
  });

  it('takes a successor of the same name for what it is', () => {
    const { cache, events } = syncedCache(object('a', { uid: 'old', resourceVersion: '1' }));
    upsert(cache, object('a', { uid: 'new', resourceVersion: '5' }));
    cache.handleDelta({ type: 'Delete', object: object('a', { uid: 'old', resourceVersion: '4' }) });
    expect(cache.get('ns/a')?.metadata.uid).to.equal('new');
    expect(events).to.have.length(1);
  });

  it('reports what vanished while nobody was watching', () => {
    const { cache, events } = syncedCache(version('a', '1'), version('b', '1'));
    replace(cache, '9', [version('b', '1')]);
    expect(events.map((event) => [event.object.metadata.name, event.deleted])).to.deep.equal([['a', true]]);
  });

  it('takes a change of nothing that it keeps for no event', () => {
    const { cache, events } = syncedCache(version('a', '1', { data: { x: '1' } }));
    upsert(cache, object('a', { resourceVersion: '2', managedFields: [] }, { data: { x: '1' } }));
    expect(events).to.deep.equal([]);
    expect(cache.get('ns/a')?.metadata.resourceVersion).to.equal('2');
  });

  it('tells of each change what the object was before', () => {
    const { cache, events } = syncedCache(version('a', '1'));
    upsert(cache, version('a', '2', { data: { x: '2' } }));
    upsert(cache, object('a', { uid: 'another', resourceVersion: '3' }));
    cache.handleDelta({ type: 'Delete', object: object('a', { uid: 'another', resourceVersion: '4' }) });
    upsert(cache, version('a', '5'));
    replace(cache, '9', []);
    expect(events.map(({ old }) => old?.metadata.resourceVersion)).to.deep.equal(['1', '2', '3', undefined, '5']);
  });

  it("tells of somebody else's change what the object was before our write that the answer put it into", async () => {
    const { cache, events } = syncedCache(version('a', '1', { data: { theirs: '1' } }));
    await cache.write('ns/a', async () => version('a', '3', { data: { theirs: '2' } }));
    upsert(cache, version('a', '2', { data: { theirs: '2' } }));
    upsert(cache, version('a', '3', { data: { theirs: '2' } }));
    upsert(cache, version('a', '4', { data: { theirs: '4' } }));
    const versions = events.map(({ object, old }) => [old, object].map((each) => each?.metadata.resourceVersion));
    expect(versions).to.deep.equal([
      ['1', '3'],
      ['3', '4'],
    ]);
  });

  it('tells of the deletion of what we have written to', async () => {
    const { cache, events } = syncedCache(version('a', '1'));
    await cache.write('ns/a', async () => version('a', '2', { data: { ours: '2' } }));
    cache.handleDelta({ type: 'Delete', object: version('a', '3') });
    expect(events.map(({ object, old }) => [old, object].map((each) => each?.metadata.resourceVersion))).to.deep.equal([
      ['1', '2'],
    ]);
  });

  it('ends up like the API server, and tells of every change by others, in whatever order answers and events arrive', async () => {
    // The server's history: each step is ours or theirs. The watch delivers them in order, at any pace.
    const history = fc.array(fc.record({ ours: fc.boolean(), delivered: fc.nat(4) }), { minLength: 1, maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(history, async (steps) => {
        const { cache, events } = syncedCache(version('a', '1'));
        const pending: KubeObject[] = [];
        const told = new Set<string>();
        const deliver = (count: number) => {
          for (const item of pending.splice(0, count)) upsert(cache, item);
          for (const event of events) told.add(event.object.metadata.resourceVersion ?? '');
        };
        let lastForeign = 0;
        for (const [i, { ours, delivered }] of steps.entries()) {
          const next = version('a', String(i + 2), { data: { step: String(i) } });
          pending.push(next);
          if (!ours) lastForeign = i + 2;
          if (ours) {
            await cache.write('ns/a', async () => {
              deliver(delivered);
              return next;
            });
          } else {
            deliver(delivered);
          }
        }
        deliver(pending.length);
        expect(cache.get('ns/a')?.metadata.resourceVersion).to.equal(String(steps.length + 1));
        const newestTold = Math.max(0, ...[...told].map(Number));
        expect(newestTold, 'told of the last change by others').to.be.at.least(lastForeign);
        if (steps.every(({ ours }) => ours)) expect(events).to.deep.equal([]);
      }),
    );
  });

  it('leaves out what cannot be read, tells which, and keeps the rest', () => {
    const unreadable: string[] = [];
    const seen: string[] = [];
    const cache = new Cache<KubeObject>({
      transform: (item) =>
        ({ ...item, size: (item as unknown as { spec: { peers: [] } }).spec.peers.length }) as KubeObject,
      indexBy: ({ metadata }) => metadata.labels!.app,
      onEvent: ({ object: { metadata }, deleted }) => seen.push(`${deleted ? '-' : '+'}${metadata.name}`),
      onUnreadable: (key) => unreadable.push(key),
    });
    const app = (name: string, resourceVersion: string, rest: object) =>
      object(name, { resourceVersion, labels: { app: name } }, rest);
    const good = { spec: { peers: [] } };
    replace(cache, '9', [
      app('a', '1', good),
      app('b', '2', { spec: null }),
      version('c', '3', good),
      app('d', '4', good),
    ]);
    expect(cache.synced, 'synced').to.equal(true);
    expect([...cache.keys()]).to.deep.equal(['ns/a', 'ns/c', 'ns/d']);
    expect(unreadable).to.include.members(['ns/b', 'ns/c']);
    expect(cache.indexedBy('d').length, 'found by index').to.equal(1);

    upsert(cache, app('a', '10', { spec: 7 }));
    expect(cache.get('ns/a')?.metadata.resourceVersion, 'the last state that could be read').to.equal('1');
    cache.handleDelta({ type: 'Delete', object: app('a', '11', { spec: null }) });
    cache.handleDelta({ type: 'Delete', object: app('b', '12', { spec: null }) });
    expect([...cache.keys()]).to.deep.equal(['ns/c', 'ns/d']);
    expect(seen).to.deep.equal(['+a', '+c', '+d', '-a']);
  });
});
