import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect } from 'chai';
import { controlPlane, namespaceFor } from '../../support/control-plane.ts';
import { eventually } from '../../support/eventually.ts';
import { startFaultProxy } from '../../support/fault-proxy.ts';
import { startOperator } from '../../support/operator-process.ts';
import { operatorSuite } from '../../support/operator-suite.ts';
import { conditionOf, peerGroup } from '../../support/world.ts';

const main = join(import.meta.dirname, '../../../reconciler/main.ts');

describe('operator process', () => {
  const suite = operatorSuite();

  it('ends with exit code 2 and one line for a bad flag', function () {
    this.timeout(60_000);
    const { status, stderr, stdout } = spawnSync(process.execPath, [main, '--image', 'i', '--workers', 'many'], {
      encoding: 'utf8',
    });
    expect([status, stdout, stderr]).to.deep.equal([
      2,
      '',
      'rollcall operator: --workers must be a whole number from 1 to 64, not "many"\n',
    ]);
  });

  it('ends with exit code 2 and one line for a context that the kubeconfig does not have', function () {
    this.timeout(60_000);
    const args = [main, '--image', 'i', '--kubeconfig', controlPlane().kubeconfig, '--context', 'elsewhere'];
    const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    expect(status).to.equal(2);
    expect(stderr).to.match(/^rollcall operator: the kubeconfig has no context "elsewhere"; it has: .+\n$/);
  });

  it('is alive but not ready while it cannot list, and says what is missing', async function () {
    this.timeout(60_000);
    const proxy = await startFaultProxy(controlPlane());
    proxy.setRule(({ url }) => (url.includes('/statefulsets') ? { type: 'answer', status: 500 } : undefined));
    const operator = await startOperator({ controlPlane: controlPlane(), server: proxy.url, unready: true });
    try {
      await eventually(async () => {
        expect(await operator.admin('/readyz')).to.deep.equal({
          status: 503,
          body: 'the cache of statefulsets is not synced: HTTP 500\n',
        });
      }, 30_000);
      expect((await operator.admin('/livez')).status).to.equal(200);
      proxy.setRule(undefined);
      await eventually(async () => expect((await operator.admin('/readyz')).status).to.equal(200), 30_000);
    } finally {
      await operator.stop();
      await proxy.stop();
    }
  });

  it('ends with exit code 0 at SIGTERM, what goes on finished', async function () {
    this.timeout(60_000);
    const ns = await namespaceFor(this);
    const operator = await startOperator({ controlPlane: controlPlane(), args: ['--namespace', ns] });
    await suite.world.create(peerGroup(ns, 'web'));
    expect(await operator.stop()).to.equal(0);
    expect(operator.logs.at(-1)).to.include({ msg: 'Rollcall operator stopped' });
  });

  it('logs what it wrote with the kind, namespace, name, generation and an id of the pass', async function () {
    const ns = await namespaceFor(this);
    await suite.world.create(peerGroup(ns, 'web'));
    await suite.observed(ns, 'web');
    const line = suite.operator.logs.find(({ namespace, reason }) => namespace === ns && reason === 'Created');
    expect(line).to.include({ level: 'info', kind: 'PeerGroup', name: 'web', generation: 1 });
    expect(line?.children).to.include('StatefulSet web');
    expect(line?.reconcile).to.match(/^[0-9a-f-]{36}$/);
  });

  it('looks after one namespace only when it is told to', async function () {
    this.timeout(60_000);
    const [mine, other] = [await namespaceFor(this), await namespaceFor(this)];
    await suite.operator.stop();
    const operator = await startOperator({ controlPlane: controlPlane(), args: ['--namespace', mine] });
    try {
      await suite.world.create(peerGroup(other, 'web'));
      await suite.world.create(peerGroup(mine, 'web'));
      await suite.observed(mine, 'web');
      const unseen = await suite.world.get('PeerGroup', other, 'web');
      expect(conditionOf(unseen, 'Reconciling')).to.include({ status: 'True', reason: 'Pending' });
      expect(unseen?.status.observedGeneration).to.equal(undefined);
    } finally {
      await operator.stop();
    }
  });
});
