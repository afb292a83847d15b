import { expect } from 'chai';
import fc from 'fast-check';
import type { Outage } from '../../../../../constructs/crds/peer-group/connectivity.ts';
import type { FailingLink } from '../../../../../reconciler/peer-group/connectivity/evaluate-links.ts';
import { iso, type LinkState, trackOutages } from '../../../../../reconciler/peer-group/connectivity/outages.ts';
import { NOW } from './support.ts';

function failing(from: string, to: string, agoMs = 20_000, reason = 'TIMEOUT'): FailingLink {
  return { from, to, since: NOW - agoMs, reason };
}

function track(before: readonly Outage[], now: readonly FailingLink[], state: LinkState = 'works') {
  return trackOutages({ before, failing: now, stateOf: () => state, now: NOW });
}

describe('trackOutages', () => {
  it('opens an outage that starts with the first failure', () => {
    const { outages, opened } = track([], [failing('a', 'b')]);
    expect(opened).to.deep.equal([{ from: 'a', to: 'b', start: iso(NOW - 20_000), reason: 'TIMEOUT' }]);
    expect(outages).to.deep.equal(opened);
  });

  it('opens it once', () => {
    const { outages } = track([], [failing('a', 'b')]);
    expect(track(outages, [failing('a', 'b')])).to.deep.equal({ outages, opened: [], closed: [] });
  });

  it('goes on with it when the peer that reports it was restarted and has seen it for less long', () => {
    const { outages } = track([], [failing('a', 'b')]);
    expect(track(outages, [failing('a', 'b', 1_000)]).outages).to.deep.equal(outages);
  });

  it('keeps the last reason', () => {
    const { outages } = track([], [failing('a', 'b')]);
    expect(track(outages, [failing('a', 'b', 20_000, 'NodeFailed')]).outages[0]?.reason).to.equal('NodeFailed');
  });

  it('closes it when the link works again', () => {
    const { outages } = track([], [failing('a', 'b')]);
    const after = track(outages, []);
    expect(after.closed).to.deep.equal([{ ...outages[0], end: iso(NOW) }]);
    expect(after.outages).to.deep.equal(after.closed);
  });

  it('leaves it open while nothing is known of the link', () => {
    const { outages } = track([], [failing('a', 'b')]);
    expect(track(outages, [], 'unknown')).to.deep.equal({ outages, opened: [], closed: [] });
  });

  it('ends it without the news that the link works when it is not asked for any more', () => {
    const { outages } = track([], [failing('a', 'b')]);
    const after = track(outages, [], 'unwanted');
    expect(after.outages).to.deep.equal([{ ...outages[0], end: iso(NOW) }]);
    expect(after.closed).to.deep.equal([]);
  });

  it('tells the directions of a link apart', () => {
    expect(track([], [failing('a', 'b'), failing('b', 'a')]).opened).to.have.length(2);
  });

  it('keeps ten, and opens none twice however many links fail at once', () => {
    const links = fc.uniqueArray(fc.record({ to: fc.nat(40), ago: fc.integer({ min: 1, max: 100_000 }) }), {
      maxLength: 30,
      selector: ({ to }) => to,
    });
    fc.assert(
      fc.property(links, (some) => {
        const all = some.map(({ to, ago }) => failing('a', `b-${to}`, ago));
        const first = track([], all);
        expect(first.outages.length).to.equal(Math.min(10, all.length));
        expect(track(first.outages, all)).to.deep.equal({ outages: first.outages, opened: [], closed: [] });
      }),
    );
  });
});
