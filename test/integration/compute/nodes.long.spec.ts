import { expect } from 'chai';
import { computeSuite, fakeNode } from '../../support/compute-suite.ts';
import { eventually } from '../../support/eventually.ts';
import { conditionOf } from '../../support/world.ts';

describe('node state transitions that take their time', () => {
  const suite = computeSuite({ name: 'slow', nodes: 3, args: ['--node-lease', '20s'] });
  const stateOf = async (name: string) => (await suite.world.get('ComputeNode', '', name))?.status?.state;

  it('go to Failed when the Lease is renewed no more, while the Node still says that it is ready', async function () {
    this.timeout(60_000);
    // kwok renews the Leases of its nodes only.
    await suite.world.patch('Node', '', 'slow-0', { metadata: { annotations: { 'kwok.x-k8s.io/node': null } } });
    const started = performance.now();
    await eventually(async () => expect(await stateOf('slow-0')).to.equal('Failed'), 45_000);
    expect(performance.now() - started).to.be.lessThan(32_000);
    expect(conditionOf(await suite.world.get('ComputeNode', '', 'slow-0'), 'Ready')).to.include({
      reason: 'LeaseExpired',
    });
    expect(await stateOf('slow-1')).to.equal('Running');
    await suite.world.patch('Node', '', 'slow-0', { metadata: { annotations: { 'kwok.x-k8s.io/node': 'fake' } } });
    await eventually(async () => expect(await stateOf('slow-0')).to.equal('Running'), 20_000);
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
