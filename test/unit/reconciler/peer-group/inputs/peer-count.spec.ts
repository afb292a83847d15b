import { expect } from 'chai';
import { completePeerGroup, type PeerGroupSpec } from '../../../../../constructs/crds/peer-group.ts';
import type { ReferencedGroup } from '../../../../../constructs/render-inputs.ts';
import { tooManyPeers } from '../../../../../reconciler/peer-group/inputs/peer-count.ts';

const other = (rest: Partial<ReferencedGroup>): ReferencedGroup => ({
  placement: 'Replicas',
  replicas: 5_000,
  tls: { mode: 'None' },
  nodePeers: [],
  ...rest,
});

function reasonOf(spec: PeerGroupSpec, big: ReferencedGroup): string | undefined {
  const complete = completePeerGroup({ metadata: { namespace: 'ns', name: 'web' }, spec });
  return tooManyPeers(complete, { nodePeers: [], groups: new Map([['big', big]]) })?.reason;
}

describe('the number of peers in a config', () => {
  const entries = (count: number, via: 'Pods' | 'Service') =>
    Array.from({ length: count }, (_, i) => ({ name: `n${i}`, group: 'big', via }));

  it('is counted before names are made of it', () => {
    expect(reasonOf({ replicas: 0, peers: entries(4, 'Pods') }, other({}))).to.equal(undefined);
    expect(reasonOf({ replicas: 1, peers: entries(4, 'Pods') }, other({}))).to.equal('TooManyPeers');
    expect(reasonOf({ peers: entries(256, 'Pods') }, other({}))).to.equal('TooManyPeers');
    expect(reasonOf({ peers: entries(256, 'Service') }, other({}))).to.equal(undefined);
  });

  it('goes by the nodes where there is a peer on each', () => {
    const members = Array.from({ length: 5_001 }, (_, i) => ({ node: `n${i}`, address: '10.0.0.1', zone: undefined }));
    const perNode = other({ placement: 'PerNode', replicas: 2, nodePeers: members });
    expect(reasonOf({ peers: entries(3, 'Pods') }, perNode)).to.equal(undefined);
    expect(reasonOf({ peers: entries(4, 'Pods') }, perNode)).to.equal('TooManyPeers');
  });
});
