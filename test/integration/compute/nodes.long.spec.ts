import { expect } from 'chai';
import type { ApplyConfiguration } from '../../../reconciler/kube/object.ts';
import { computeSuite, fakeNode } from '../../support/compute-suite.ts';
import { eventually } from '../../support/eventually.ts';
import { conditionOf } from '../../support/world.ts';

describe('node state transitions that take their time', () => {
  // Its nodes go on renewing their Leases: when none does, it is not a node that is away.
  const suite = computeSuite({ name: 'slow', nodes: 2, args: ['--node-lease', '20s'] });
  const stateOf = async (name: string) => (await suite.world.get('ComputeNode', '', name))?.status?.state;
  /** RFC 3339 with six digits of a second, as Leases have it. */
  const microTime = () => new Date().toISOString().replace('Z', '000Z');

  it('go to Failed when the Lease is renewed no more, while the Node still says that it is ready', async function () {
    this.timeout(60_000);
    await suite.world.create(readyNode('slow-own'));
    const lease = { name: 'slow-own', namespace: 'kube-node-lease' };
    const spec = { holderIdentity: 'slow-own', leaseDurationSeconds: 40, renewTime: microTime() };
    await suite.world.create({ apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: lease, spec });
    const renewed = performance.now();
    await eventually(async () => expect(await stateOf('slow-own')).to.equal('Running'));
    await eventually(async () => expect(await stateOf('slow-own')).to.equal('Failed'), 40_000);
    expect(performance.now() - renewed).to.be.within(19_500, 32_000);
    const failed = await suite.world.get('ComputeNode', '', 'slow-own');
    expect(conditionOf(failed, 'Ready')).to.include({ reason: 'LeaseExpired' });
    expect(await stateOf('slow-1')).to.equal('Running');

    await suite.world.patch('Lease', lease.namespace, lease.name, { spec: { renewTime: microTime() } });
    await eventually(async () => expect(await stateOf('slow-own')).to.equal('Running'), 10_000);
    await suite.world.delete('Lease', lease.namespace, lease.name);
    await suite.world.delete('Node', '', 'slow-own');
  });

  it('end with the Node: its ComputeNode goes with it', async function () {
    this.timeout(60_000);
    await suite.world.create(fakeNode('slow-short', { suite: 'slow' }));
    await eventually(async () => expect(await stateOf('slow-short')).to.equal('Running'));
    await suite.world.delete('Node', '', 'slow-short');
    // The garbage collector of a young cluster looks for new kinds every 30 s.
    await eventually(async () => expect(await stateOf('slow-short')).to.equal(undefined), 45_000);
  });
});

/** A Node that nobody plays: it is as ready as it says, and the case renews its Lease. */
function readyNode(name: string): ApplyConfiguration {
  const node = fakeNode(name, {}) as ApplyConfiguration & { readonly status: object };
  const lastTransitionTime = new Date().toISOString().replace(/\.\d+Z$/, 'Z');
  const ready = { type: 'Ready', status: 'True', reason: 'Test', message: 'said so', lastTransitionTime };
  return {
    ...node,
    metadata: { ...node.metadata, annotations: {} },
    status: { ...node.status, conditions: [{ ...ready, lastHeartbeatTime: lastTransitionTime }] },
  };
}
