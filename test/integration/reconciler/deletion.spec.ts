import { expect } from 'chai';
import { namespaceFor } from '../../support/control-plane.ts';
import { eventually } from '../../support/eventually.ts';
import { operatorSuite } from '../../support/operator-suite.ts';
import { conditionOf, peerGroup } from '../../support/world.ts';

describe('the deletion of a PeerGroup', () => {
  const suite = operatorSuite();

  it('leaves nothing behind', async function () {
    this.timeout(60_000);
    const ns = await namespaceFor(this);
    await suite.world.create(peerGroup(ns, 'web'));
    await suite.observed(ns, 'web');
    await suite.world.delete('PeerGroup', ns, 'web');
    await eventually(async () => {
      const left = await Promise.all(
        ['StatefulSet', 'Service', 'PodDisruptionBudget', 'Pod'].map((kind) => suite.world.list(kind, ns)),
      );
      expect(left.flat().map(({ kind, metadata }) => `${kind}/${metadata.name}`)).to.deep.equal([]);
    }, 50_000); // the garbage collector hears of new kinds every 30 seconds
  });

  it('hands nothing on: the children of a successor of its name belong to that one', async function () {
    this.timeout(60_000);
    const ns = await namespaceFor(this);
    await suite.world.create(peerGroup(ns, 'web'));
    await suite.observed(ns, 'web');
    await suite.world.delete('PeerGroup', ns, 'web');
    const { metadata } = await suite.world.create(peerGroup(ns, 'web'));
    await eventually(async () => {
      const group = await suite.world.get('PeerGroup', ns, 'web');
      expect(conditionOf(group, 'Degraded')?.status).to.equal('False');
      const children = await Promise.all(
        ['Service', 'StatefulSet', 'ServiceAccount'].map((kind) => suite.world.get(kind, ns, 'web')),
      );
      expect(children.map((child) => child?.metadata.ownerReferences?.[0]?.uid)).to.deep.equal(
        children.map(() => metadata.uid),
      );
    }, 30_000);
  });
});
