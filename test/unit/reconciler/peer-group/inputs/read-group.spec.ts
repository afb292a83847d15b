import { expect } from 'chai';
import type { PeerGroupSpec } from '../../../../../constructs/crds/peer-group.ts';
import type { KubeObject } from '../../../../../reconciler/kube/object.ts';
import { readGroup } from '../../../../../reconciler/peer-group/inputs/read-group.ts';

function group(spec: unknown): KubeObject {
  const metadata = { namespace: 'ns', name: 'web', uid: 'u' };
  return { apiVersion: 'rollcall.dev/v1alpha1', kind: 'PeerGroup', metadata, spec } as KubeObject;
}

describe('a PeerGroup in the cache', () => {
  it('has its spec as it is when it has the right shape', () => {
    const spec: PeerGroupSpec = { replicas: 3, peers: [{ group: 'db' }], tls: { mode: 'TLS' } };
    expect(readGroup(group(spec))).to.deep.include({ spec });
    expect(readGroup(group(spec)).rejected).to.equal(undefined);
  });

  for (const spec of ['x', null, undefined, 7, [1], { peers: 'x' }, { peers: [null] }, { peers: [7] }, { tls: 'x' }]) {
    it(`has none, and a problem, when it is ${JSON.stringify(spec)}`, () => {
      const { spec: kept, rejected: refused } = readGroup(group(spec));
      expect(kept).to.deep.equal({});
      expect(refused).to.include({ reason: 'InvalidSpec' });
      expect(refused?.message).to.match(/spec/);
    });
  }

  it('has none when it takes too much memory, in affinity, which has no schema, or in all', () => {
    const affinity = { nodeAffinity: { padding: 'x'.repeat(70_000) } };
    expect(readGroup(group({ affinity }))).to.have.nested.property('rejected.reason', 'SpecTooLarge');
    const pem = `-----BEGIN CERTIFICATE-----${'x'.repeat(15_000)}`;
    const peers = Array.from({ length: 40 }, (_, i) => ({ name: `p${i}`, url: 'https://x', acceptCert: { pem } }));
    const { spec, rejected: refused } = readGroup(group({ peers }));
    expect([spec, refused?.reason]).to.deep.equal([{}, 'SpecTooLarge']);
  });

  it('has no annotations, of which anybody may write many', () => {
    const annotated = group({});
    const metadata = { ...annotated.metadata, annotations: { padding: 'x'.repeat(100_000) } };
    expect(JSON.stringify(readGroup({ ...annotated, metadata })).length).to.be.below(300);
  });
});
