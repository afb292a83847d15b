import { expect } from 'chai';
import { controlPlane, namespaceFor } from '../../support/control-plane.ts';
import { eventually } from '../../support/eventually.ts';
import { operatorSuite } from '../../support/operator-suite.ts';
import { peerGroup } from '../../support/world.ts';

describe('children of a PeerGroup', () => {
  const suite = operatorSuite();

  it('are owned by it as their controller, without blocking its deletion', async function () {
    const ns = await namespaceFor(this);
    await suite.world.create(peerGroup(ns, 'web'));
    const { metadata } = await suite.observed(ns, 'web');
    const statefulSet = await suite.world.get('StatefulSet', ns, 'web');
    expect(statefulSet?.metadata.ownerReferences).to.deep.equal([
      { apiVersion: 'rollcall.dev/v1alpha1', kind: 'PeerGroup', name: 'web', uid: metadata.uid, controller: true },
    ]);
  });

  it('come back within a second when one is deleted by hand', async function () {
    const ns = await namespaceFor(this);
    await suite.world.create(peerGroup(ns, 'web'));
    await suite.observed(ns, 'web');
    const uid = (await suite.world.get('Service', ns, 'web'))?.metadata.uid;
    await suite.world.delete('Service', ns, 'web');
    await eventually(async () => {
      const service = await suite.world.get('Service', ns, 'web');
      expect(service?.metadata.uid).to.be.a('string').and.not.equal(uid);
    }, 1_000);
  });

  it('are put back within a second when one is edited by hand', async function () {
    const ns = await namespaceFor(this);
    await suite.world.create(peerGroup(ns, 'web', { replicas: 2 }));
    await suite.observed(ns, 'web');
    await suite.world.patch('StatefulSet', ns, 'web', { spec: { replicas: 7 } });
    await eventually(async () => {
      expect((await suite.world.get('StatefulSet', ns, 'web'))?.spec.replicas).to.equal(2);
    }, 1_000);
  });

  it('keep fields that others own', async function () {
    const ns = await namespaceFor(this);
    await suite.world.create(peerGroup(ns, 'web'));
    await suite.observed(ns, 'web');
    await suite.world.patch('Service', ns, 'web', { metadata: { annotations: { theirs: 'stays' } } });
    await suite.world.patch('PeerGroup', ns, 'web', { spec: { interval: '30s' } });
    await suite.observed(ns, 'web');
    expect((await suite.world.get('Service', ns, 'web'))?.metadata.annotations).to.include({ theirs: 'stays' });
  });

  it('follow a change of the interval in the same ConfigMap, with the StatefulSet untouched', async function () {
    const ns = await namespaceFor(this);
    await suite.world.create(peerGroup(ns, 'web'));
    await suite.observed(ns, 'web');
    const before = await suite.world.get('StatefulSet', ns, 'web');
    await suite.world.patch('PeerGroup', ns, 'web', { spec: { interval: '7s' } });
    await eventually(async () => {
      const configs = (await suite.world.list('ConfigMap', ns)).filter(({ metadata }) =>
        metadata.name.startsWith('web-'),
      );
      expect(configs).to.have.length(1);
      expect(configs[0]?.data['config.yaml']).to.include('"interval":"7s"');
    });
    expect((await suite.world.get('StatefulSet', ns, 'web'))?.metadata.generation).to.equal(
      before?.metadata.generation,
    );
  });

  it('follow kubectl scale', async function () {
    const ns = await namespaceFor(this);
    await suite.world.create(peerGroup(ns, 'web', { replicas: 1 }));
    await suite.observed(ns, 'web');
    await controlPlane().kubectl(['-n', ns, 'scale', 'pg/web', '--replicas=3']);
    await eventually(async () => {
      expect((await suite.world.get('StatefulSet', ns, 'web'))?.spec.replicas).to.equal(3);
      expect((await suite.world.get('PeerGroup', ns, 'web'))?.status?.replicas).to.equal(3);
    });
  });
});
