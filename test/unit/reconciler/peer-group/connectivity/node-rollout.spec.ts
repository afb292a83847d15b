import { expect } from 'chai';
import type { ConnectivityInput, PeerState } from '../../../../../reconciler/peer-group/connectivity/input.ts';
import { observeConnectivity } from '../../../../../reconciler/peer-group/connectivity/observe-connectivity.ts';
import type { Condition } from '../../../../../reconciler/runtime/conditions.ts';
import { down, mesh, NOW, peer, pod, summary } from './support.ts';

const WAS_TRUE: Condition = {
  ...{ type: 'Connected', status: 'True', reason: 'AllLinksUp', message: '2 of 2 links are up.' },
  ...{ observedGeneration: 1, lastTransitionTime: '' },
};
const behind = (links: number): Partial<PeerState> => ({
  current: false,
  outdatedSince: NOW - 1_000,
  summary: summary(links),
});
const awaited = { peers: 1, links: 2, since: NOW - 1_000 };
const starting: Partial<PeerState> = {
  pod: pod({ ready: false, hasBeenReady: false, readySince: NOW - 1_000 }),
  ...{ summary: undefined, fresh: false },
};

/** What the operator sees while the pod of the second of two nodes is replaced. */
const STEPS: Readonly<Record<string, ConnectivityInput>> = {
  'the old pod goes': { ...mesh({ a: peer(0, [], behind(1)) }), awaited },
  'the other pod knows': { ...mesh({ a: peer(0) }), awaited },
  'the new pod has an address': mesh({ a: peer(1, [], behind(0)), b: peer(1, [], starting) }),
  'the new pod starts': mesh({ a: peer(1, [down('b', { state: 'Pending' })]), b: peer(1, [], starting) }),
};

describe('a rollout of a group with placement PerNode', () => {
  for (const generation of [1, 2]) {
    for (const [step, input] of Object.entries(STEPS)) {
      it(`changes neither Connected nor the number of links while ${step}, ${generation === 1 ? 'without' : 'with'} a change of the spec`, () => {
        const connectivity = { summary: '2/2', links: 2, up: 2, down: 0 };
        const seen = observeConnectivity(input, { connectivity, conditions: [WAS_TRUE] }, generation);
        expect(seen.connectivity.links).to.equal(2);
        if (seen.connected === undefined) return;
        expect(seen.connected).to.include({ status: 'True', reason: 'PlannedChange' });
        expect(generation, 'a new generation has to prove itself').to.equal(1);
      });
    }
  }

  it('is not believed in for longer than five minutes', () => {
    const late = { ...mesh({ a: peer(0) }), awaited: { ...awaited, since: NOW - 300_001 } };
    const connectivity = { summary: '2/2', links: 2, up: 2, down: 0 };
    const { connected } = observeConnectivity(late, { connectivity, conditions: [WAS_TRUE] }, 1);
    expect(connected).to.include({ status: 'False', message: '1 node has no peer yet.' });
  });
});
