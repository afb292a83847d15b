import { expect } from 'chai';
import { computePlane } from '../../support/compute-plane.ts';
import { computeSuite, fakeNode } from '../../support/compute-suite.ts';
import { eventually } from '../../support/eventually.ts';
import { type AnyObject, conditionOf } from '../../support/world.ts';

describe('node state transitions', () => {
  const suite = computeSuite({ name: 'states', nodes: 2 });
  const computeNode = (name: string, assertion: (node: AnyObject) => void, ms?: number) =>
    eventually(async () => {
      const found = await suite.world.get('ComputeNode', '', name);
      assertion(found!);
      return found!;
    }, ms);
  const inState = (state: string) => (node: AnyObject) => expect(node?.status?.state).to.equal(state);

  /** Takes the node from kwok, which would keep it ready, and says how it is. */
  const setReady = async (name: string, status: string) => {
    await suite.world.patch('Node', '', name, { metadata: { annotations: { 'kwok.x-k8s.io/node': null } } });
    const now = new Date().toISOString().replace(/\.\d+Z$/, 'Z');
    const ready = {
      type: 'Ready',
      status,
      reason: 'Test',
      message: 'said so',
      lastTransitionTime: now,
      lastHeartbeatTime: now,
    };
    await (await computePlane()).kubectl([
      ...['patch', 'node', name, '--subresource=status', '--type=strategic', '-p'],
      JSON.stringify({ status: { conditions: [ready] } }),
    ]);
  };

  it('make a Running ComputeNode of a ready Node: owned by it, with its labels and what it can allocate', async () => {
    const node = await suite.world.get('Node', '', 'states-0');
    const found = await computeNode('states-0', inState('Running'));
    expect(found.metadata.ownerReferences).to.deep.equal([
      { apiVersion: 'v1', kind: 'Node', name: 'states-0', uid: node!.metadata.uid, controller: true },
    ]);
    expect(found.metadata.labels).to.deep.equal(node!.metadata.labels);
    expect(found.spec.resources).to.deep.equal({ cpu: '4', memory: '16Gi', pods: '110' });
    expect(found.status).to.deep.include({ capacity: found.spec.resources, jobCount: 0 });
  });

  it('are shown with capacity, allocation and jobs by kubectl', async () => {
    const table = await (await computePlane()).kubectl(['get', 'cn', 'states-0']);
    expect(table.split('\n')[0]!.split(/\s+/)).to.deep.equal([
      'NAME',
      'STATE',
      'CPU',
      'MEMORY',
      'ALLOCATED',
      'JOBS',
      'AGE',
    ]);
  });

  it("follow the Node's labels, and leave others alone", async () => {
    await suite.world.patch('ComputeNode', '', 'states-0', { metadata: { labels: { own: 'yes' } } });
    await suite.world.patch('Node', '', 'states-0', { metadata: { labels: { disk: 'ssd' } } });
    await computeNode('states-0', ({ metadata }) => expect(metadata.labels).to.include({ disk: 'ssd', own: 'yes' }));
    await suite.world.patch('Node', '', 'states-0', { metadata: { labels: { disk: null } } });
    await computeNode('states-0', ({ metadata }) => {
      expect(metadata.labels).not.to.have.property('disk');
      expect(metadata.labels).to.include({ own: 'yes' });
    });
  });

  it('leave a resource that a user has set to the user, and offer no more than that', async () => {
    await suite.world.patch('ComputeNode', '', 'states-0', { spec: { resources: { cpu: '2' } } });
    await computeNode('states-0', ({ status }) => expect(status.capacity).to.include({ cpu: '2', memory: '16Gi' }));
    const { kubectl } = await computePlane();
    const patch = JSON.stringify({ status: { allocatable: { cpu: '3', memory: '8Gi', pods: '110' } } });
    await kubectl(['patch', 'node', 'states-0', '--subresource=status', '-p', patch]);
    const found = await computeNode('states-0', ({ spec }) => expect(spec.resources.memory).to.equal('8Gi'));
    expect(found.spec.resources.cpu).to.equal('2');
    await suite.world.patch('ComputeNode', '', 'states-0', { spec: { resources: { cpu: null } } });
    await computeNode('states-0', ({ spec }) => expect(spec.resources.cpu).to.equal('3'));
  });

  it('leave all of it to a user who has set everything', async () => {
    const resources = { cpu: '1', memory: '1Gi', pods: '5' };
    await suite.world.patch('ComputeNode', '', 'states-1', { spec: { resources } });
    await computeNode('states-1', ({ status }) => expect(status.capacity).to.deep.equal(resources));
  });

  it('go to Failed when the Node stays NotReady and back to Running, with an Event, a log line and a metric each', async () => {
    await computeNode('states-1', inState('Running'));
    const transitions = () => suite.operator.metric('rollcall_compute_node_transitions_total', { to: 'Failed' });
    const before = await transitions();
    await setReady('states-1', 'False');
    const failed = await computeNode('states-1', inState('Failed'));
    expect(conditionOf(failed, 'Ready')).to.include({ status: 'False', reason: 'NodeNotReady', message: 'said so' });
    await setReady('states-1', 'True');
    await computeNode('states-1', inState('Running'));
    expect((await transitions()) - before).to.equal(1);
    expect(suite.operator.logs.map(({ msg }) => msg)).to.include('State changed from Running to Failed: said so');
    await eventually(async () => {
      const events = (await suite.world.list('Event', 'default')).filter(
        ({ regarding }) => regarding?.name === 'states-1',
      );
      const notes = events.map(({ note }) => note);
      expect(notes).to.include('State changed from Running to Failed: said so');
      expect(notes).to.include('State changed from Failed to Running: the Node is ready');
    });
  });

  it('keep a hand-made ComputeNode Pending until its Node comes, never own it, and fail it when the Node goes', async () => {
    await suite.world.create({
      apiVersion: 'rollcall.dev/v1alpha1',
      kind: 'ComputeNode',
      metadata: { name: 'states-hand' },
      spec: {},
    });
    await computeNode('states-hand', inState('Pending'));
    await suite.world.create(fakeNode('states-hand', { suite: 'states' }));
    const running = await computeNode('states-hand', inState('Running'));
    expect(running.metadata).not.to.have.property('ownerReferences');
    await suite.world.delete('Node', '', 'states-hand');
    const failed = await computeNode('states-hand', inState('Failed'));
    expect(conditionOf(failed, 'Ready')).to.include({ reason: 'NodeNotFound' });
    await suite.world.delete('ComputeNode', '', 'states-hand');
  });

  it('bring a ComputeNode back that somebody has deleted', async () => {
    const { metadata } = await computeNode('states-0', inState('Running'));
    await suite.world.delete('ComputeNode', '', 'states-0');
    await computeNode('states-0', (node) => {
      expect(node?.metadata.uid).not.to.equal(metadata.uid);
      inState('Running')(node);
    });
  });
});
