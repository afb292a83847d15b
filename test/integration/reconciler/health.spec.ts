import { expect } from 'chai';
import { AuditLog, brief } from '../../support/audit-log.ts';
import { controlPlane, namespaceFor } from '../../support/control-plane.ts';
import { eventually } from '../../support/eventually.ts';
import { removeConditions } from '../../support/health/status-recorder.ts';
import { OPERATOR_USER } from '../../support/operator-identity.ts';
import { startOperator } from '../../support/operator-process.ts';
import { operatorSuite } from '../../support/operator-suite.ts';
import { SimulatedPeers } from '../../support/simulated-peers.ts';
import { type AnyObject, conditionOf, peerGroup } from '../../support/world.ts';

/** `Reconciling=True/Pending`, and the like, of the conditions that deployment tools read, without those that are absent. */
const health = (object: AnyObject | undefined) =>
  ['Reconciling', 'Stalled'].flatMap((type) => {
    const condition = conditionOf(object, type);
    return condition === undefined ? [] : [`${type}=${condition.status}/${condition.reason}`];
  });

describe('health of a PeerGroup', function () {
  this.timeout(60_000);
  const suite = operatorSuite();
  const peers = () => new SimulatedPeers(suite.world, 78);

  const becomes = (ns: string, name: string, ...expected: string[]) =>
    eventually(async () => {
      const group = await suite.world.get('PeerGroup', ns, name);
      expect(health(group)).to.deep.equal(expected);
      return group!;
    });

  it('is Reconciling until every link has answered, and stays done when one breaks later', async function () {
    const ns = await namespaceFor(this);
    const simulated = peers();
    try {
      await suite.world.create(peerGroup(ns, 'web', { replicas: 2, interval: '1s' }));
      await eventually(async () => {
        const [first] = health(await suite.world.get('PeerGroup', ns, 'web'));
        expect(first).to.match(/^Reconciling=True\/(RollingOut|Scaling|PodsNotReady)$/);
      });
      await simulated.run(ns, ['web'], 2);
      await becomes(ns, 'web', 'Reconciling=False/Idle');
      simulated.peers.get('web-0')!.lose('web-1');
      await eventually(async () => {
        const group = await suite.world.get('PeerGroup', ns, 'web');
        expect(conditionOf(group, 'Connected')).to.include({ status: 'False', reason: 'LinksDown' });
        expect(health(group)).to.deep.equal(['Reconciling=False/Idle']);
      });
    } finally {
      simulated.close();
    }
  });

  it('is Stalled, with the message of Degraded, when a name is taken, and no longer when the name is free', async function () {
    const ns = await namespaceFor(this);
    const taken = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { namespace: ns, name: 'web' } };
    await suite.world.create(taken);
    await suite.world.create(peerGroup(ns, 'web', { replicas: 0 }));
    const group = await becomes(ns, 'web', 'Reconciling=False/Idle', 'Stalled=True/NameConflict');
    expect(conditionOf(group, 'Stalled')?.message).to.equal(conditionOf(group, 'Degraded')?.message);
    await suite.world.delete('ServiceAccount', ns, 'web');
    await becomes(ns, 'web', 'Reconciling=False/Idle');
  });

  it('is Reconciling while a PeerGroup that it references does not exist', async function () {
    const ns = await namespaceFor(this);
    await suite.world.create(peerGroup(ns, 'web', { replicas: 0, peers: [{ group: 'other', via: 'Service' }] }));
    await becomes(ns, 'web', 'Reconciling=True/NoSuchGroup');
    await suite.world.create(peerGroup(ns, 'other', { replicas: 0 }));
    await becomes(ns, 'web', 'Reconciling=False/Idle');
  });

  it('costs one write of each group that an older operator has left', async function () {
    const ns = await namespaceFor(this);
    await suite.world.create(peerGroup(ns, 'web', { replicas: 0 }));
    const group = await becomes(ns, 'web', 'Reconciling=False/Idle');
    await suite.operator.stop();
    await removeConditions(controlPlane().kubectl, group, ['Reconciling']);
    const audit = new AuditLog(controlPlane());
    const operator = await startOperator({ controlPlane: controlPlane(), args: ['--namespace', ns] });
    await becomes(ns, 'web', 'Reconciling=False/Idle');
    await eventually(async () => expect(await operator.metric('workqueue_depth')).to.equal(0));
    await operator.stop();
    expect(audit.writesOf(OPERATOR_USER).map(brief)).to.deep.equal(['patch peergroups/web/status']);
  });
});
