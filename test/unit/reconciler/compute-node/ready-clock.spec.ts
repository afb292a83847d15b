import { expect } from 'chai';
import { ReadyClock } from '../../../../reconciler/compute-node/ready-clock.ts';

describe('since when a Node is ready or not', () => {
  it('is measured from when the change was seen', () => {
    const clock = new ReadyClock();
    expect(clock.age('n0', 5)).to.equal(0);
    clock.observe('n0', 'False', 1_000);
    clock.observe('n0', 'False', 5_000);
    expect(clock.age('n0', 9_000)).to.equal(8_000);
    clock.observe('n0', 'Unknown', 9_000);
    expect(clock.age('n0', 9_500)).to.equal(500);
  });
});
