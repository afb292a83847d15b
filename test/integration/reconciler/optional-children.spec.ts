import { expect } from 'chai';
import { controlPlane, namespaceFor } from '../../support/control-plane.ts';
import { eventually } from '../../support/eventually.ts';
import { installDist } from '../../support/operator-identity.ts';
import { quiet, startOperator } from '../../support/operator-process.ts';
import { operatorSuite } from '../../support/operator-suite.ts';
import { conditionOf, openWorld, peerGroup } from '../../support/world.ts';

describe('optional children of a PeerGroup', () => {
  const suite = operatorSuite();

  it('are deleted when they are no longer asked for', async function () {
    const ns = await namespaceFor(this);
    await suite.world.create(peerGroup(ns, 'web', { autoscaling: { maxReplicas: 5 } }));
    await suite.observed(ns, 'web');
    const kinds = ['HorizontalPodAutoscaler', 'NetworkPolicy'];
    const existing = () => Promise.all(kinds.map((kind) => suite.world.get(kind, ns, 'web')));
    expect((await existing()).every((child) => child !== undefined)).to.equal(true);
    await suite.world.patch('PeerGroup', ns, 'web', { spec: { autoscaling: null, networkPolicy: { enabled: false } } });
    await eventually(async () => expect(await existing()).to.deep.equal([undefined, undefined]));
  });

  it('make an autoscaler scale the group, whose peers then learn of each other first', async function () {
    const ns = await namespaceFor(this);
    await suite.world.create(peerGroup(ns, 'web', { autoscaling: { maxReplicas: 5 } }));
    await suite.observed(ns, 'web');
    await controlPlane().kubectl(['scale', 'peergroup/web', '--replicas=4', '-n', ns]);
    await eventually(async () => {
      expect((await suite.world.get('StatefulSet', ns, 'web'))?.spec.replicas).to.equal(4);
      const [config] = await suite.configMaps(ns, 'web');
      expect(config?.data['config.yaml']).to.include('web-[0-3]');
    });
  });

  it('are left out, and nothing else with them, where the cluster has no definition of them', async function () {
    const ns = await namespaceFor(this);
    await suite.world.create(peerGroup(ns, 'web', { monitoring: { podMonitor: true, rules: true } }));
    const group = await suite.observed(ns, 'web');
    expect(conditionOf(group, 'Degraded')).to.include({ status: 'False' });
    expect(await suite.world.get('StatefulSet', ns, 'web')).not.to.equal(undefined);
  });
});

describe('a PeerGroup with placement PerNode', () => {
  const suite = operatorSuite();

  it('is a DaemonSet, whose nodes are its replicas', async function () {
    const ns = await namespaceFor(this);
    await suite.world.create(peerGroup(ns, 'agents', { placement: 'PerNode' }));
    await suite.observed(ns, 'agents');
    expect(await suite.world.get('DaemonSet', ns, 'agents')).not.to.equal(undefined);
    expect(await suite.world.get('StatefulSet', ns, 'agents')).to.equal(undefined);
  });
});

describe('a PeerGroup with placement PerNode under an operator of one namespace', () => {
  it('is refused with a reason', async function () {
    this.timeout(60_000);
    const ns = await namespaceFor(this);
    const world = openWorld(controlPlane());
    await installDist(controlPlane());
    const operator = await startOperator({ controlPlane: controlPlane(), args: ['--namespace', ns] });
    try {
      await world.create(peerGroup(ns, 'agents', { placement: 'PerNode' }));
      await eventually(async () => {
        const group = await world.get('PeerGroup', ns, 'agents');
        expect(conditionOf(group, 'Degraded')?.reason).to.equal('NeedsClusterScope');
      });
      expect(await world.list('DaemonSet', ns)).to.deep.equal([]);
    } finally {
      await operator.stop();
      await world.close();
    }
  });
});

describe('a PeerGroup that pings another', () => {
  const suite = operatorSuite();

  it('says when the other is not there, and goes on once it is', async function () {
    const ns = await namespaceFor(this);
    await suite.world.create(peerGroup(ns, 'pinger', { topology: { type: 'None' }, peers: [{ group: 'ponger' }] }));
    await suite.degraded(ns, 'pinger', 'NoSuchGroup');
    await suite.world.create(peerGroup(ns, 'ponger'));
    await eventually(async () => {
      const group = await suite.world.get('PeerGroup', ns, 'pinger');
      expect(conditionOf(group, 'Degraded')?.status).to.equal('False');
      const [config] = await suite.configMaps(ns, 'pinger');
      expect(config?.data['config.yaml']).to.include(`http://ponger-svc.${ns}.svc.cluster.local.:8080`);
    });
  });

  it('is let in by the other’s NetworkPolicy, and follows its number of peers', async function () {
    const ns = await namespaceFor(this);
    await suite.world.create(peerGroup(ns, 'ponger', { replicas: 2 }));
    await suite.world.create(peerGroup(ns, 'pinger', { peers: [{ group: 'ponger', via: 'Pods' }] }));
    await eventually(async () => {
      const policy = await suite.world.get('NetworkPolicy', ns, 'ponger');
      expect(JSON.stringify(policy?.spec.ingress[0].from)).to.include('"pinger"');
    });
    await suite.world.patch('PeerGroup', ns, 'ponger', { spec: { replicas: 3 } });
    await eventually(async () => {
      const [config] = await suite.configMaps(ns, 'pinger');
      expect(config?.data['config.yaml']).to.include('ponger-[0-2]');
    });
  });

  it('is let in no more once it does not name the other', async function () {
    this.timeout(60_000);
    const ns = await namespaceFor(this);
    // One peer without links, of which nothing changes: only the other group's change tells it.
    await suite.world.create(peerGroup(ns, 'ponger', { replicas: 1 }));
    await suite.world.create(peerGroup(ns, 'pinger', { peers: [{ group: 'ponger' }] }));
    const from = async () => {
      const policy = await suite.world.get('NetworkPolicy', ns, 'ponger');
      return JSON.stringify(policy?.spec.ingress[0].from);
    };
    await eventually(async () => expect(await from()).to.include('"pinger"'));
    await quiet(suite.operator, 2_000);
    await suite.world.patch('PeerGroup', ns, 'pinger', { spec: { peers: [] } });
    await eventually(async () => expect(await from()).not.to.include('"pinger"'));
  });

  it('refuses a private key among accepted certificates', async function () {
    const ns = await namespaceFor(this);
    const pem = '-----BEGIN CERTIFICATE-----\n-----BEGIN PRIVATE KEY-----\n';
    await suite.world.create({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { namespace: ns, name: 'certs' },
      data: { gw: pem },
    });
    const acceptCert = { configMapKeyRef: { name: 'certs', key: 'gw' } };
    await suite.world.create(peerGroup(ns, 'web', { peers: [{ name: 'gw', url: 'https://gw', acceptCert }] }));
    await suite.degraded(ns, 'web', 'PrivateKeyRefused');
  });
});
