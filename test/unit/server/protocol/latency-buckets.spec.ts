import { expect } from 'chai';
import fc from 'fast-check';
import { LatencyWindow } from '../../../../server/links/latency-window.ts';
import { bucketOf, LATENCY_BOUNDS_MS, quantile } from '../../../../server/protocol/latency-buckets.ts';

const latencies = fc.double({ min: 0.001, max: 100_000, noNaN: true });
const nearBounds = fc
  .tuple(fc.constantFrom(...LATENCY_BOUNDS_MS), fc.constantFrom(1 - 2 ** -50, 1, 1 + 2 ** -50))
  .map(([bound, factor]) => bound * factor);

describe('latency histogram', () => {
  it('puts every latency into the first bucket whose bound it does not exceed', () => {
    fc.assert(
      fc.property(fc.oneof(latencies, nearBounds), (ms) => {
        const wanted = LATENCY_BOUNDS_MS.findIndex((bound) => ms <= bound);
        expect(bucketOf(ms)).to.equal(wanted < 0 ? LATENCY_BOUNDS_MS.length : wanted);
      }),
      { numRuns: 2_000 },
    );
  });

  it('covers 50 µs to a minute in steps of at most a fifth', () => {
    expect(LATENCY_BOUNDS_MS[0]).to.equal(0.05);
    expect(LATENCY_BOUNDS_MS.at(-1)).to.be.greaterThan(60_000);
    LATENCY_BOUNDS_MS.slice(1).forEach((bound, i) => {
      expect(bound / LATENCY_BOUNDS_MS[i]!).to.be.within(1.18, 1.2);
    });
  });

  it('finds quantiles to within a bucket', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0.1, max: 50_000, noNaN: true }), { minLength: 1, maxLength: 200 }),
        (all) => {
          const window = new LatencyWindow();
          for (const ms of all) window.add(ms, 0);
          const sorted = all.sort((a, b) => a - b);
          for (const share of [0.5, 0.99]) {
            const exact = sorted[Math.ceil(share * sorted.length) - 1]!;
            expect(quantile(window.counts(0), share)! / exact).to.be.within(0.8, 1.25);
          }
        },
      ),
    );
  });

  it('has no quantiles of nothing', () => {
    expect(quantile(new LatencyWindow().counts(0), 0.5)).to.equal(undefined);
  });

  it('forgets what is older than six minutes and keeps what is younger than five', () => {
    const window = new LatencyWindow();
    const total = (now: number) => window.counts(now).reduce((a, b) => a + b, 0);
    window.add(1, 59_000);
    window.add(1, 61_000);
    expect(total(59_000 + 300_000)).to.equal(2);
    expect(total(61_000 + 300_000)).to.equal(1);
    expect(total(61_000 + 360_000)).to.equal(0);
    window.add(1, 10_000_000);
    expect(total(10_000_000)).to.equal(1);
  });
});
