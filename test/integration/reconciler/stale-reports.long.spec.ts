import { expect } from 'chai';
import { namespaceFor } from '../../support/control-plane.ts';
import { eventually } from '../../support/eventually.ts';
import { operatorSuite } from '../../support/operator-suite.ts';
import { SimulatedPeers } from '../../support/simulated-peers.ts';
import { conditionOf, peerGroup } from '../../support/world.ts';

describe('reports of a pod that falls silent while it is Ready', function () {
  this.timeout(180_000);
  const suite = operatorSuite();

  it('make Connected Unknown, naming the pod, and open no outage', async function () {
    const ns = await namespaceFor(this);
    const peers = new SimulatedPeers(suite.world, 78);
    try {
      await suite.world.create(peerGroup(ns, 'web', { replicas: 2, interval: '1s' }));
      await peers.run(ns, ['web'], 2);
      const becomes = (status: string, reason: string) =>
        eventually(async () => {
          const group = await suite.world.get('PeerGroup', ns, 'web');
          expect(conditionOf(group, 'Connected')).to.include({ status, reason });
          return group!;
        }, 90_000);
      await becomes('True', 'AllLinksUp');

      const silent = peers.peers.get('web-1')!;
      const address = (await suite.world.get('Pod', ns, 'web-1'))!.status.podIP;
      silent.close();
      const unknown = await becomes('Unknown', 'ReportsStale');
      expect(conditionOf(unknown, 'Connected')?.message).to.equal('No report from web-1');
      expect(unknown.status.connectivity.outages ?? []).to.deep.equal([]);

      await silent.listen(address);
      await becomes('True', 'AllLinksUp');
    } finally {
      peers.close();
    }
  });
});
