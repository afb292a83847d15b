import { expect } from 'chai';
import * as fc from 'fast-check';
import { Cache } from '../../../../reconciler/kube/cache.ts';
import { NamespaceMemory } from '../../../../reconciler/kube/namespace-memory.ts';
import type { KubeObject } from '../../../../reconciler/kube/object.ts';
import { bare } from '../../../../reconciler/kube/transform.ts';

/** An object has units of this, in bytes, and a namespace has room for 32. */
const UNIT = 64 * 1024;
const ROOM = 32 * UNIT;
const padding = 'x'.repeat(UNIT);

function large(namespace: string, name: string, resourceVersion: string, units = 1): KubeObject {
  const metadata = { namespace, name, uid: `${namespace}/${name}`, resourceVersion };
  return { apiVersion: 'v1', kind: 'X', metadata, data: Array.from({ length: units }, () => padding) } as KubeObject;
}

/** Two caches of one process. */
function setUp() {
  const memory = new NamespaceMemory(ROOM);
  const open = () =>
    new Cache<KubeObject>({
      transform: (object) => object,
      bound: { memory: memory.open(), reduce: bare },
      onEvent: () => {},
    });
  return { memory, caches: [open(), open()] as const };
}

const upsert = (cache: Cache<KubeObject>, object: KubeObject) => cache.handleDelta({ type: 'Upsert', object });
const isWhole = (cache: Cache<KubeObject>, key: string) => 'data' in cache.get(key)!;

describe('memory of a namespace', () => {
  it("is bounded over all caches: beyond it objects are kept in part, and no other namespace's", () => {
    const { memory, caches } = setUp();
    const [first, second] = caches;
    upsert(first, large('evil', 'a', '1', 20));
    upsert(second, large('evil', 'a', '1', 11));
    upsert(second, large('evil', 'b', '2', 2));
    upsert(second, large('good', 'b', '3', 2));
    expect(memory.partial('evil')).to.equal(1);
    expect([isWhole(first, 'evil/a'), isWhole(second, 'evil/a')]).to.deep.equal([true, true]);
    expect([isWhole(second, 'evil/b'), isWhole(second, 'good/b')]).to.deep.equal([false, true]);
    expect(second.isPartial('evil/b')).to.equal(true);
    expect(second.get('evil/b')?.metadata.uid).to.equal('evil/b');
  });

  it('is given back: what was kept in part is completed by another look, and by its next version', () => {
    const { memory, caches } = setUp();
    const [cache] = caches;
    for (const name of ['a', 'b', 'c']) upsert(cache, large('evil', name, '1', 15));
    expect(isWhole(cache, 'evil/c')).to.equal(false);
    expect(cache.complete(large('evil', 'c', '1', 15))).not.to.have.property('data');
    expect(isWhole(cache, 'evil/c')).to.equal(false);
    cache.handleDelta({ type: 'Delete', object: large('evil', 'a', '2') });
    // A version that the watch has not shown yet would come without an event.
    cache.complete(large('evil', 'c', '9', 15));
    expect(isWhole(cache, 'evil/c')).to.equal(false);
    cache.complete(large('evil', 'c', '1', 15));
    expect(isWhole(cache, 'evil/c')).to.equal(true);
    upsert(cache, large('evil', 'd', '1', 3));
    expect(isWhole(cache, 'evil/d')).to.equal(false);
    upsert(cache, large('evil', 'd', '2', 1));
    expect([isWhole(cache, 'evil/d'), memory.partial('evil')]).to.deep.equal([true, 0]);
  });

  it('holds no more than its bound, and nothing when all is gone, whatever happens', () => {
    const step = fc.record({
      cache: fc.constantFrom(0, 1),
      name: fc.constantFrom('a', 'b', 'c', 'd'),
      units: fc.constantFrom(0, 5, 12),
      action: fc.constantFrom('Upsert', 'Delete', 'overlay', 'forget', 'complete'),
    });
    void fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const { memory, caches } = setUp();
        let version = 1;
        for (const { cache: index, name, units, action } of steps) {
          const cache = caches[index]!;
          const object = large('evil', name, String(++version), units);
          const known = cache.get(`evil/${name}`);
          if (action === 'overlay') cache.assume(object);
          else if (action === 'forget') cache.assumeDeleted(object);
          else if (action === 'complete') cache.complete({ ...object, metadata: known?.metadata ?? object.metadata });
          else cache.handleDelta({ type: action as 'Upsert' | 'Delete', object });
          const kept = caches.flatMap((each) => [...each.values()]).map((each) => JSON.stringify(each).length);
          expect(kept.reduce((sum, bytes) => sum + bytes, 0)).to.be.below(ROOM + 8 * 16 * 1024);
        }
        for (const cache of caches) {
          for (const object of [...cache.values()]) {
            cache.handleDelta({
              type: 'Delete',
              object: { ...object, metadata: { ...object.metadata, resourceVersion: '999' } },
            });
          }
          cache.handleDelta({ type: 'ReplaceStarted' });
          cache.handleDelta({ type: 'ReplaceEnded', resourceVersion: '1000' });
        }
        expect(memory.partial('evil')).to.equal(0);
        upsert(caches[0], large('evil', 'z', '2000', 31));
        expect(isWhole(caches[0], 'evil/z')).to.equal(true);
      }),
      { numRuns: 30 },
    );
  });
});
