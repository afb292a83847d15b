import { expect } from 'chai';
import fc from 'fast-check';
import { firstSlot, nextSlot, phaseOf } from '../../../../server/links/schedule.ts';

const phases = fc.double({ min: 0, max: 0.999, noNaN: true });
const intervals = fc.integer({ min: 100, max: 86_400_000 });
const times = fc.double({ min: 0, max: 1e10, noNaN: true });

describe('schedule', () => {
  it('pings a new peer within the interval or 2 s, whichever is shorter', () => {
    fc.assert(
      fc.property(times, phases, intervals, (now, phase, interval) => {
        const wait = firstSlot(now, phase, interval) - now;
        expect(wait).to.be.within(0, Math.min(interval, 2_000));
      }),
    );
  });

  it('pings once an interval, in a slot of its own', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1_000 }),
        phases,
        fc.integer({ min: 100, max: 60_000 }),
        (k, phase, interval) => {
          const last = (k + phase) * interval;
          expect(nextSlot(last, last + 1, phase, interval)).to.be.closeTo(last + interval, 0.01);
        },
      ),
    );
  });

  it('comes to its own slot half to one and a half intervals after the first ping', () => {
    fc.assert(
      fc.property(times, phases, intervals, (now, phase, interval) => {
        const first = firstSlot(now, phase, interval);
        const gap = nextSlot(first, first, phase, interval) - first;
        expect(gap).to.be.within(0.499 * interval, 1.501 * interval);
      }),
    );
  });

  it('leaves out slots that have long passed instead of catching up', () => {
    expect(nextSlot(1_000, 4_600, 0, 1_000)).to.equal(5_000);
  });

  it('uses a slot that has only just passed, as after a ping that took its whole timeout', () => {
    expect(nextSlot(1_000, 2_003, 0, 1_000)).to.equal(2_000);
  });

  it('probes a Down peer in every second or fourth slot', () => {
    expect(nextSlot(1_000, 1_001, 0, 1_000, 2)).to.equal(3_000);
    expect(nextSlot(1_000, 1_001, 0, 1_000, 4)).to.equal(5_000);
  });

  it('spreads any number of peers evenly: no gap is wider than four times the even one', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2_000 }), phases, (count, offset) => {
        const sorted = Array.from({ length: count }, (_, n) => phaseOf(n, offset)).sort((a, b) => a - b);
        const gaps = sorted.map((phase, i) => (sorted[i + 1] ?? sorted[0]! + 1) - phase);
        expect(Math.max(...gaps)).to.be.at.most(4 / count);
      }),
    );
  });
});
