import { expect } from 'chai';
import { TokenBucket } from '../../../../reconciler/kube/token-bucket.ts';

describe('a token bucket', () => {
  it('gives what is there at once, then what comes back, and lends', () => {
    let now = 0;
    const bucket = new TokenBucket({ capacity: 3, perSecond: 2, now: () => now });
    expect([1, 2, 3, 4].map(() => bucket.tryTake())).to.deep.equal([true, true, true, false]);
    expect(bucket.waitMs(1)).to.equal(500);
    now = 500;
    expect([bucket.tryTake(), bucket.tryTake()]).to.deep.equal([true, false]);
    bucket.spend(4);
    expect(bucket.waitMs()).to.equal(2_000);
    now = 1_000_000;
    expect(bucket.waitMs(3), 'no more than its capacity').to.equal(0);
    expect(bucket.waitMs(4)).to.equal(500);
  });
});
