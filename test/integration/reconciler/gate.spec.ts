import { expect } from 'chai';
import type { SummaryReport } from '../../../server/protocol/summary-report.ts';
import { controlPlane, namespaceFor } from '../../support/control-plane.ts';
import { eventually } from '../../support/eventually.ts';
import { operatorSuite } from '../../support/operator-suite.ts';
import { createCertificate } from '../../support/server/certificates.ts';
import { SimulatedPeers } from '../../support/simulated-peers.ts';
import { runVerify } from '../../support/verify.ts';
import { conditionOf, peerGroup } from '../../support/world.ts';

describe('the gate: kubectl wait and rollcall verify', () => {
  const suite = operatorSuite();

  const wait = async (ns: string, name: string): Promise<string> => {
    const args = ['-n', ns, 'wait', '--for=condition=Connected', '--timeout=1s', `pg/${name}`];
    return controlPlane()
      .kubectl(args)
      .catch((error: Error) => `refused: ${error.message}`);
  };
  const verify = (ns: string, name: string) =>
    runVerify(controlPlane().kubeconfig, ['-n', ns, name, '--timeout', '1s']);
  const connected = (ns: string, name: string, expected: object) =>
    eventually(async () => {
      expect(conditionOf(await suite.world.get('PeerGroup', ns, name), 'Connected')).to.include(expected);
    }, 20_000);

  it('stays closed for a group that references one which does not exist', async function () {
    this.timeout(30_000);
    const ns = await namespaceFor(this);
    await suite.world.create(
      peerGroup(ns, 'web', { replicas: 1, topology: { type: 'None' }, peers: [{ group: 'backnd' }] }),
    );
    const message = 'peers references PeerGroup backnd, which does not exist';
    await connected(ns, 'web', { status: 'False', reason: 'TargetMissing', message });
    expect((await suite.world.get('PeerGroup', ns, 'web'))?.status?.connectivity).to.include({ summary: '0/1' });
    expect(await wait(ns, 'web')).to.match(/^refused: /);
    const { status, stdout } = await verify(ns, 'web');
    expect([status, stdout]).to.deep.equal([
      1,
      `${ns}/web: ${(await suite.degraded(ns, 'web', 'NoSuchGroup')).message}\n`,
    ]);
  });

  it('knows within seconds of the certificate that a link is to accept, and of its end', async function () {
    this.timeout(40_000);
    const ns = await namespaceFor(this);
    const acceptCert = { configMapKeyRef: { name: 'gw-ca', key: 'ca.crt' } };
    const peers = [{ name: 'gw', url: 'https://gw.example', acceptCert }];
    await suite.world.create(peerGroup(ns, 'web', { replicas: 1, peers }));
    await connected(ns, 'web', { status: 'False', reason: 'TargetMissing' });
    const data = { 'ca.crt': createCertificate('gw').certificate };
    await suite.world.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace: ns, name: 'gw-ca' }, data });
    const degraded = (status: string) =>
      eventually(async () => {
        expect(conditionOf(await suite.world.get('PeerGroup', ns, 'web'), 'Degraded')).to.include({ status });
      }, 10_000);
    await degraded('False');
    await suite.world.delete('ConfigMap', ns, 'gw-ca');
    await degraded('True');
  });

  it('opens for a group that asks for no link', async function () {
    const ns = await namespaceFor(this);
    await suite.world.create(peerGroup(ns, 'web', { replicas: 1 }));
    await connected(ns, 'web', { status: 'True', reason: 'NoLinksExpected' });
    expect(await wait(ns, 'web')).to.match(/condition met/);
  });

  it('stays closed on a report that contradicts itself, while the other pods are believed', async function () {
    this.timeout(60_000);
    const ns = await namespaceFor(this);
    const peers = new SimulatedPeers(suite.world, 78);
    try {
      await suite.world.create(peerGroup(ns, 'web', { replicas: 3, interval: '1s' }));
      await peers.run(ns, ['web'], 3);
      await connected(ns, 'web', { status: 'True', reason: 'AllLinksUp' });
      const liar = peers.peers.get('web-1')!;
      const entry = { peer: 'web-0', state: 'Down', draining: false, since: new Date().toISOString() } as const;
      liar.lie = (report: SummaryReport) => ({ ...report, notUp: new Array(6).fill(entry) });
      liar.changes.change();
      const message = 'Ignored inconsistent reports: web-1 lists web-0 twice';
      await connected(ns, 'web', { status: 'Unknown', reason: 'ReportsContradictory', message });
      expect(await wait(ns, 'web')).to.match(/^refused: /);

      peers.peers.get('web-2')!.lose('web-0');
      await connected(ns, 'web', { status: 'False', reason: 'LinksDown' });
      const { connectivity } = (await suite.world.get('PeerGroup', ns, 'web'))!.status;
      expect(connectivity).to.include({ links: 6, up: 3, down: 1 });
      expect(connectivity.failing[0]).to.include({ from: 'web-2', to: 'web-0' });

      liar.lie = (report) => report;
      liar.changes.change();
      peers.peers.get('web-2')!.regain('web-0');
      await connected(ns, 'web', { status: 'True', reason: 'AllLinksUp' });
    } finally {
      peers.close();
    }
  });

  it('closes for a group that is being deleted and kept by a finalizer', async function () {
    this.timeout(30_000);
    const ns = await namespaceFor(this);
    await suite.world.create(peerGroup(ns, 'web', { replicas: 1 }));
    await connected(ns, 'web', { status: 'True' });
    const finalizers = (names: string[]) =>
      suite.world.patch('PeerGroup', ns, 'web', { metadata: { finalizers: names } });
    await finalizers(['example.com/kept']);
    await controlPlane().kubectl(['-n', ns, 'delete', 'pg', 'web', '--wait=false']);
    await connected(ns, 'web', { status: 'Unknown', reason: 'Deleting' });
    await finalizers([]);
    await eventually(async () => expect(await suite.world.get('PeerGroup', ns, 'web')).to.equal(undefined));
  });

  it('is not there for a group called default, whose ServiceAccount could never be its own', async function () {
    const ns = await namespaceFor(this);
    const error = await suite.world.create(peerGroup(ns, 'default', { replicas: 1 })).then(
      () => undefined,
      (reason: Error) => reason.message,
    );
    expect(error).to.include('metadata.name must not be default');
  });
});
