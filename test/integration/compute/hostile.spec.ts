import { expect } from 'chai';
import { computeNamespace } from '../../support/compute-plane.ts';
import { computeSuite, fakeNode } from '../../support/compute-suite.ts';
import { eventually } from '../../support/eventually.ts';
import { ghostPods } from '../../support/ghost-pods.ts';

describe('ComputeJobs that others try to stop', () => {
  const suite = computeSuite({ name: 'hostile', nodes: 2 });

  it('get nodes that unbound pods only claim to have', async function () {
    const ns = await computeNamespace(this);
    const claimer = await suite.run(ns, 'claimer', { suspend: true });
    const ghosts = ghostPods(claimer, suite.nodes);
    for (const pod of ghosts) await suite.world.create(pod);
    try {
      await suite.run(ns, 'other', { parallelism: 2, resources: { requests: { cpu: 4 } } });
      await suite.job(ns, 'other', ({ status }) => expect(status?.state).to.equal('Completed'));
      expect(await suite.pods(ns)).to.have.length(4);
    } finally {
      for (const { metadata } of ghosts) {
        await suite.world.patch('Pod', ns, metadata.name, { metadata: { finalizers: null } });
      }
    }
  });

  it('get nodes that a job with a resource called constructor has asked for before them', async function () {
    const ns = await computeNamespace(this);
    await suite.run(ns, 'odd', { parallelism: 2, resources: { requests: { cpu: 4, constructor: '1' } } });
    await suite.run(ns, 'other', { parallelism: 2, resources: { requests: { cpu: 4 } } });
    await suite.job(ns, 'other', ({ status }) => expect(status?.state).to.equal('Completed'));
    expect((await suite.world.get('ComputeJob', ns, 'odd'))?.status.attempt ?? 0).to.equal(0);
  });

  it('have nodes with twenty resources, and with none of which is less than nothing', async () => {
    const name = 'hostile-devices';
    const node = fakeNode(name, { suite: 'hostile-devices' });
    const status = node.status as { allocatable: object; capacity: object };
    const devices = Object.fromEntries(Array.from({ length: 20 }, (_, n) => [`x.com/device-${n}`, '1']));
    Object.assign(status.allocatable, devices);
    Object.assign(status.capacity, devices);
    await suite.world.create(node);
    await eventually(async () => {
      const found = await suite.world.get('ComputeNode', '', name);
      expect(Object.keys(found?.spec?.resources ?? {})).to.have.length(23);
    });
    for (const cpu of [-1, '-1', '9'.repeat(600)]) {
      const refusal = await suite.world.patch('ComputeNode', '', name, { spec: { resources: { cpu } } }).then(
        () => 'accepted',
        ({ message }: Error) => message,
      );
      expect(refusal).to.include('spec.resources.cpu');
    }
    await suite.world.delete('Node', '', name);
  });
});
