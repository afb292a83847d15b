import { expect } from 'chai';
import {
  observeConnectivity,
  type WrittenStatus,
} from '../../../../../reconciler/peer-group/connectivity/observe-connectivity.ts';
import { down, mesh, NOW, peer, pod, summary } from './support.ts';

const observe = (input: ReturnType<typeof mesh>, before?: WrittenStatus) => observeConnectivity(input, before, 1);

/** The status as it is after this observation. */
function written({ connectivity, connected }: ReturnType<typeof observeConnectivity>): WrittenStatus {
  const condition = { observedGeneration: 1, lastTransitionTime: '2026-01-01T12:00:00Z' };
  return { connectivity, conditions: connected === undefined ? [] : [{ ...connected, ...condition }] };
}

describe('observing the connectivity of a PeerGroup', () => {
  it('counts links, opens an outage for one that is down, and says so in Connected', () => {
    const { connectivity, connected, changes } = observe(mesh({ a: peer(1, [down('b')]), b: peer(1) }));
    expect(connectivity).to.include({ summary: '1/2', up: 1, down: 1 });
    expect(connected).to.include({ status: 'False', reason: 'LinksDown' });
    expect(changes.opened.map(({ from, to }) => `${from} ${to}`)).to.deep.equal(['a b']);
  });

  it('closes the outage once the link is reported up, and not because nobody reports', () => {
    const before = written(observe(mesh({ a: peer(1, [down('b')]), b: peer(1) })));
    const silent = observe(mesh({ a: peer(1, [], { fresh: false }), b: peer(1) }), before);
    expect(silent.changes.closed).to.deep.equal([]);
    const up = observe(mesh({ a: peer(1), b: peer(1) }), before);
    expect(up.changes.closed.map(({ from, to }) => `${from} ${to}`)).to.deep.equal(['a b']);
    expect(up.connectivity.outages?.map(({ end }) => end)).to.deep.equal([new Date(NOW).toISOString()]);
  });

  it('ends the outage of a link that is no longer asked for without calling it up', () => {
    const before = written(observe(mesh({ a: peer(1, [down('b')]), b: peer(1) })));
    const { changes } = observe(mesh({ a: peer(0) }), before);
    expect(changes.closed).to.deep.equal([]);
    expect(changes.outages[0]?.end).to.equal(new Date(NOW).toISOString());
  });

  it('leaves contradictory and old reports out of the latencies', () => {
    const worst = (p99: number) => ({ worst: { peer: 'x', p99 } });
    const peers = {
      a: peer(2, [], { summary: summary(2, [], worst(5)) }),
      b: peer(2, [], { summary: summary(7, [], worst(900)) }),
      c: peer(2, [], { summary: summary(2, [], worst(800)), fresh: false }),
    };
    expect(observe(mesh(peers)).connectivity.worst).to.include({ from: 'a', p99: '5ms' });
  });

  it('is observed again when a planned change becomes overdue, and otherwise only after a change', () => {
    expect(observe(mesh({ a: peer(1), b: peer(1) })).againInMs).to.equal(undefined);
    const starting = peer(1, [], { pod: pod({ ready: false, hasBeenReady: false, readySince: NOW }), fresh: false });
    const { againInMs } = observe(mesh({ a: peer(1, [down('b')]), b: starting }));
    expect(againInMs).to.be.within(1, 5 * 60_000 + 1);
  });
});
