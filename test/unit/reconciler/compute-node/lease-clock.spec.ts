import { expect } from 'chai';
import { LeaseClock } from '../../../../reconciler/compute-node/lease-clock.ts';

/** Renewals of some nodes every 10 s. */
function renew(clock: LeaseClock, nodes: readonly string[], fromMs: number, untilMs: number): void {
  for (let now = fromMs; now <= untilMs; now += 10_000) for (const node of nodes) clock.observe(node, `r${now}`, now);
}

describe('age of Leases', () => {
  it('is unknown for a node without a Lease', () => {
    expect(new LeaseClock().age('a', 0)).to.equal(undefined);
  });

  it('counts from when a renewal was seen, not from what it says', () => {
    const clock = new LeaseClock();
    clock.observe('a', '1970-01-01T00:00:00Z', 100_000);
    expect(clock.age('a', 103_000)).to.equal(3_000);
  });

  it('grows for the node that stops renewing while others go on', () => {
    const clock = new LeaseClock();
    renew(clock, ['a', 'b'], 0, 100_000);
    renew(clock, ['b'], 110_000, 140_000);
    expect(clock.age('a', 140_000)).to.equal(40_000);
    expect(clock.age('b', 140_000)).to.equal(0);
  });

  it('is not moved by an event that renews nothing', () => {
    const clock = new LeaseClock();
    clock.observe('a', 'same', 0);
    clock.observe('b', 'x', 9_000);
    clock.observe('a', 'same', 9_000);
    expect(clock.age('a', 9_000)).to.equal(9_000);
  });

  it('fails no node while nothing is heard of any: the API server is away, not they', () => {
    const clock = new LeaseClock();
    renew(clock, ['a', 'b'], 0, 100_000);
    expect(clock.age('a', 1_000_000)).to.be.lessThan(40_000);
  });

  it('begins anew for all once the first renewal after such a silence is seen', () => {
    const clock = new LeaseClock();
    renew(clock, ['a', 'b'], 0, 100_000);
    clock.observe('b', 'after', 200_000);
    expect(clock.age('a', 205_000)).to.equal(5_000);
  });

  it('is forgotten with the node', () => {
    const clock = new LeaseClock();
    clock.observe('a', 'x', 0);
    clock.forget('a');
    expect(clock.age('a', 0)).to.equal(undefined);
  });
});
