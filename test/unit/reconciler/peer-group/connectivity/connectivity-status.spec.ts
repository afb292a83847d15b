import { expect } from 'chai';
import fc from 'fast-check';
import type { Connectivity } from '../../../../../constructs/crds/peer-group/connectivity.ts';
import { connectivityStatus } from '../../../../../reconciler/peer-group/connectivity/connectivity-status.ts';
import type { LinksResult } from '../../../../../reconciler/peer-group/connectivity/evaluate-links.ts';
import { linksResult, NOW } from './support.ts';

const MINUTE = 60_000;

function settle(before: Connectivity | undefined, p99: number, differs: Partial<LinksResult> = {}, later = 0) {
  return connectivityStatus({
    before,
    result: linksResult(20, differs),
    latency: { p50: p99 / 2, p99, worst: { from: 'a', to: 'b', p99 } },
    outages: [],
    now: NOW + later,
  });
}

describe('settleConnectivity', () => {
  const first = settle(undefined, 1.94);

  it('writes what there is, latencies with two digits', () => {
    expect(first).to.deep.equal({
      summary: '20/20',
      links: 20,
      up: 20,
      down: 0,
      failing: [],
      outages: [],
      p50: '0.97ms',
      p99: '1.9ms',
      worst: { from: 'a', to: 'b', p99: '1.9ms' },
      lastReport: '2026-01-01T12:00:00Z',
    });
  });

  it('changes nothing while latencies only jitter', () => {
    fc.assert(
      fc.property(fc.double({ min: 1, max: 3.7, noNaN: true }), fc.nat(10 * MINUTE), (p99, later) => {
        expect(settle(first, p99, {}, later)).to.equal(first);
      }),
    );
  });

  it('writes latencies that have doubled or halved, but not within a minute', () => {
    expect(settle(first, 4, {}, MINUTE - 1)).to.equal(first);
    expect(settle(first, 4, {}, MINUTE)).to.include({ p99: '4ms', lastReport: '2026-01-01T12:01:00Z' });
    expect(settle(first, 0.9, {}, MINUTE).p99).to.equal('0.9ms');
  });

  it('writes at once when a link changes, with the latencies of now', () => {
    expect(settle(first, 2.1, { up: 19 }, 1_000)).to.include({ summary: '19/20', p99: '2.1ms' });
  });

  it('lists ten failing links and counts all', () => {
    const failing = Array.from({ length: 12 }, (_, i) => ({ from: 'a', to: `b-${i}`, since: NOW - i, reason: 'x' }));
    const { down, failing: listed } = settle(first, 2, { failing });
    expect([down, listed?.length]).to.deep.equal([12, 10]);
  });

  it('takes lists that the API server left out for empty ones', () => {
    const { failing: _, outages: __, ...stored } = first;
    expect(settle(stored, 1.94)).to.equal(stored);
  });
});
