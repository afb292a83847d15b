import { expect } from 'chai';
import fc from 'fast-check';
import { ByteCache } from '../../../../../reconciler/compute-job/queue/byte-cache.ts';

describe('cache bounded by bytes', () => {
  it('never holds more than its bytes, whatever is put in', () => {
    const entries = fc.array(fc.record({ key: fc.string({ maxLength: 400 }), bytes: fc.nat(3_000) }));
    fc.assert(
      fc.property(entries, (puts) => {
        const cache = new ByteCache<number>(5_000);
        for (const [index, { key, bytes }] of puts.entries()) {
          cache.set(key, index, bytes);
          expect(cache.bytes).to.be.at.most(5_000);
          const fits = bytes + 2 * key.length + 200 <= 5_000;
          expect(cache.get(key)).to.equal(fits ? index : undefined);
        }
      }),
    );
  });

  it('drops what was not used for longest', () => {
    const cache = new ByteCache<number>(1_000);
    cache.set('a', 1, 200);
    cache.set('b', 2, 200);
    cache.get('a');
    cache.set('c', 3, 200);
    expect([cache.get('a'), cache.get('b'), cache.get('c')]).to.deep.equal([1, undefined, 3]);
  });
});
