import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { AuditLog, brief } from '../../support/audit-log.ts';
import { controlPlane, namespaceFor } from '../../support/control-plane.ts';
import { eventually } from '../../support/eventually.ts';
import { OPERATOR_USER } from '../../support/operator-identity.ts';
import { operatorSuite } from '../../support/operator-suite.ts';
import { SimulatedPeers } from '../../support/simulated-peers.ts';
import { runVerify } from '../../support/verify.ts';
import { conditionOf, peerGroup } from '../../support/world.ts';

describe('connectivity of two peers that report', () => {
  const suite = operatorSuite();
  let peers: SimulatedPeers;
  let ns: string;

  const status = async () => (await suite.world.get('PeerGroup', ns, 'web'))?.status;
  const becomes = (connected: string, reason: string) =>
    eventually(async () => {
      const group = await suite.world.get('PeerGroup', ns, 'web');
      expect(conditionOf(group, 'Connected')).to.include({ status: connected, reason });
      return group!.status;
    });
  const verify = (...args: string[]) => runVerify(controlPlane().kubeconfig, ['-n', ns, ...args]);

  before(async function () {
    this.timeout(60_000);
    ns = await namespaceFor(this);
    peers = new SimulatedPeers(suite.world, 77);
    await suite.world.create(peerGroup(ns, 'web', { replicas: 2, interval: '1s' }));
    await peers.run(ns, ['web'], 2);
    await becomes('True', 'AllLinksUp');
  });

  after(() => peers?.close());

  it('is written once it is known, and then no more while latencies only jitter', async () => {
    expect((await status())?.connectivity).to.include({ summary: '2/2', links: 2, up: 2, down: 0 });
    await sleep(1_000);
    const audit = new AuditLog(controlPlane());
    const reads = () => [...peers.peers.values()].reduce((sum, { read }) => sum + read, 0);
    const before = reads();
    for (let i = 0; i < 20; i++) {
      for (const { changes } of peers.peers.values()) changes.change();
      await sleep(150);
    }
    expect(reads() - before, 'reports that were read').to.be.at.least(20);
    const writes = audit.writesOf(OPERATOR_USER).filter(({ objectRef }) => objectRef?.namespace === ns);
    expect(writes.map(brief)).to.deep.equal([]);
  });

  it('names the link that fails and opens an outage, which ends when the link is back', async () => {
    peers.peers.get('web-0')!.lose('web-1');
    const lost = await becomes('False', 'LinksDown');
    expect(lost.connectivity.failing).to.have.length(1);
    expect(lost.connectivity.failing[0]).to.include({ from: 'web-0', to: 'web-1' });
    peers.peers.get('web-0')!.regain('web-1');
    const { connectivity } = await becomes('True', 'AllLinksUp');
    expect(connectivity.outages.at(-1)).to.include.keys('start', 'end');
    await eventually(async () => {
      const reasons = (await suite.world.list('Event', ns)).map(({ reason }) => reason);
      expect(reasons).to.include('LinkDown').and.include('LinkUp');
    });
  });

  it('goes on while a pod refuses its config, which the group says in the words of the pod', async () => {
    const peer = peers.peers.get('web-0')!;
    const refuses = async (error: string | undefined, expected: object) => {
      peer.configError = error;
      peer.changes.change();
      await eventually(async () => {
        expect(conditionOf(await suite.world.get('PeerGroup', ns, 'web'), 'Degraded')).to.include(expected);
      });
    };
    const error = 'peers[0].url: must be an absolute http:// or https:// URL';
    const message = `Pod web-0 rejected its configuration and keeps using the previous one: ${error}`;
    await refuses(error, { status: 'True', reason: 'ConfigRefused', message });
    expect((await status())?.connectivity).to.include({ summary: '2/2' });
    await refuses(undefined, { status: 'False' });
  });

  it('is not True for a changed spec before the pods report it', async function () {
    this.timeout(30_000);
    await suite.world.patch('PeerGroup', ns, 'web', { spec: { interval: '2s' } });
    await suite.observed(ns, 'web');
    const connected = conditionOf(await suite.world.get('PeerGroup', ns, 'web'), 'Connected');
    expect(connected).to.include({ status: 'True', observedGeneration: 1 });
    expect((await verify('web', '--timeout', '1s')).stdout).to.include(
      'not all pods have reported the latest generation',
    );
    await peers.reload(ns, 'web');
    await eventually(async () => {
      const now = conditionOf(await suite.world.get('PeerGroup', ns, 'web'), 'Connected');
      expect(now).to.include({ status: 'True', observedGeneration: 2 });
    });
  });

  describe('rollcall verify', function () {
    this.timeout(20_000);

    it('ends with 0 when every link works', async () => {
      const { status: code, stdout } = await verify('web');
      expect(stdout).to.match(/\/web: 2\/2 links up, p99 [\d.]+ms\n$/);
      expect(code).to.equal(0);
    });

    it('ends with 1 and a sentence for the link that does not, as soon as the time is over', async () => {
      peers.peers.get('web-1')!.lose('web-0');
      try {
        await becomes('False', 'LinksDown');
        const { status: code, stdout } = await verify('--timeout', '1s');
        expect(stdout).to.match(
          /\/web: web-1 has not reached web-0 since \S+Z: connection timed out \(tcp, TIMEOUT\)\n$/,
        );
        expect(code).to.equal(1);
      } finally {
        peers.peers.get('web-1')!.regain('web-0');
      }
    });

    it('waits for the link until it works', async () => {
      peers.peers.get('web-1')!.lose('web-0');
      await becomes('False', 'LinksDown');
      const result = verify('web', '--timeout', '15s', '--output', 'json');
      await sleep(1_500);
      peers.peers.get('web-1')!.regain('web-0');
      const { status: code, stdout } = await result;
      expect(JSON.parse(stdout)).to.deep.include({ ok: true });
      expect(code).to.equal(0);
    });

    it('ends with 1 for a group that there is not, and with 2 where there is none to look at', async () => {
      const nobody = await verify('nobody', '--timeout', '1ms');
      expect(nobody.stdout).to.match(/\/nobody: PeerGroup not found\n$/);
      expect(nobody.status).to.equal(1);
      const empty = await runVerify(controlPlane().kubeconfig, ['-n', 'default', '--timeout', '1ms']);
      expect(empty.stderr).to.include('no PeerGroups found in namespace default');
      expect(empty.status).to.equal(2);
    });

    it('ends with 2 and the reason when it may not look, and when it makes no sense', async () => {
      const dir = mkdtempSync(join(tmpdir(), 'rollcall-verify-'));
      try {
        const { kubectl, kubeconfig } = controlPlane();
        const token = (await kubectl(['-n', ns, 'create', 'token', 'default'])).trim();
        const config = JSON.parse(await kubectl(['config', 'view', '--raw', '--kubeconfig', kubeconfig, '-o', 'json']));
        const users = config.users.map(({ name }: { name: string }) => ({ name, user: { token } }));
        writeFileSync(join(dir, 'config'), JSON.stringify({ ...config, users }));
        const refused = await runVerify(join(dir, 'config'), ['-n', ns, 'web']);
        expect(refused.stderr).to.include(`User "system:serviceaccount:${ns}:default" cannot list resource`);
        expect(refused.status).to.equal(2);
      } finally {
        rmSync(dir, { recursive: true });
      }
      expect(await verify('--timeout', 'soon')).to.include({ status: 2, stdout: '' });
    });
  });
});
