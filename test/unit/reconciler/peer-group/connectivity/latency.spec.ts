import { expect } from 'chai';
import fc from 'fast-check';
import {
  formatLatency,
  groupLatency,
  hasLossMoved,
  parseLatency,
} from '../../../../../reconciler/peer-group/connectivity/latency.ts';
import { LatencyWindow } from '../../../../../server/links/latency-window.ts';
import { quantile } from '../../../../../server/protocol/latency-buckets.ts';
import { summary } from './support.ts';

describe('groupLatency', () => {
  it('is what one histogram of all pings would give', () => {
    const pings = fc.array(fc.double({ min: 0.05, max: 5_000, noNaN: true }), { minLength: 1, maxLength: 50 });
    fc.assert(
      fc.property(pings, pings, (first, second) => {
        const whole = windowOf([...first, ...second]).counts(0);
        const briefs = [first, second].map((some, i) => {
          const latency = windowOf(some)
            .counts(0)
            .flatMap((n, bucket): [number, number][] => (n ? [[bucket, n]] : []));
          return [`web-${i}`, summary(1, [], { latency })] as const;
        });
        expect(groupLatency(briefs)).to.deep.equal({ p50: quantile(whole, 0.5), p99: quantile(whole, 0.99) });
      }),
    );
  });

  it('names the slowest link of all', () => {
    const worst = (peer: string, p99: number) => summary(1, [], { worst: { peer, p99 } });
    expect(
      groupLatency([
        ['web-0', worst('web-1', 3)],
        ['web-1', worst('web-0', 7)],
      ]).worst,
    ).to.deep.equal({ from: 'web-1', to: 'web-0', p99: 7 });
  });

  it('names the link that loses most, and the slowest of those that lose as much', () => {
    const worst = (peer: string, p99: number, lossPercent?: number) =>
      summary(1, [], { worst: { peer, p99, ...(lossPercent !== undefined && { lossPercent }) } });
    expect(
      groupLatency([
        ['web-0', worst('web-1', 3, 50)],
        ['web-1', worst('web-2', 7, 0)],
        ['web-2', worst('web-0', 2, 50)],
        ['web-3', worst('web-0', 9)],
      ]).worst,
    ).to.deep.equal({ from: 'web-0', to: 'web-1', p99: 3, lossPercent: 50 });
  });

  it('takes a loss for worth a write when it has halved or doubled, and is more than a few pings', () => {
    expect([hasLossMoved(9, 0), hasLossMoved(11, 0), hasLossMoved(0, 10), hasLossMoved(0, 11)]).to.deep.equal([
      false,
      true,
      false,
      true,
    ]);
    expect([hasLossMoved(50, 30), hasLossMoved(undefined, undefined)]).to.deep.equal([false, false]);
  });

  it('ignores buckets that there are none of', () => {
    expect(groupLatency([['web-0', summary(1, [], { latency: [[100_000, 5]] })]])).to.deep.equal({});
  });
});

describe('formatLatency', () => {
  it('keeps two digits', () => {
    expect([0.4321, 1.94, 12.3, 123, 4567].map(formatLatency)).to.deep.equal([
      '0.43ms',
      '1.9ms',
      '12ms',
      '120ms',
      '4600ms',
    ]);
  });

  it('is read back within its rounding', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.05, max: 60_000, noNaN: true }), (ms) => {
        expect(parseLatency(formatLatency(ms)) / ms).to.be.within(0.95, 1.05);
      }),
    );
  });
});

function windowOf(pings: readonly number[]): LatencyWindow {
  const window = new LatencyWindow();
  for (const ms of pings) window.add(ms, 0);
  return window;
}
