import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { computeNamespace, computePlane } from '../../support/compute-plane.ts';
import { computeSuite, fakeNode, nodesOf } from '../../support/compute-suite.ts';
import { eventually } from '../../support/eventually.ts';
import { type AnyObject, conditionOf } from '../../support/world.ts';

const inState = (state: string) => (job: AnyObject) => expect(job?.status?.state, job?.status?.message).to.equal(state);
const scheduled = (job: AnyObject) => conditionOf(job, 'Scheduled');

describe('job scheduling', function () {
  this.timeout(30_000);
  const suite = computeSuite({ name: 'jobs', nodes: 4 });
  const whole = { resources: { requests: { cpu: 4 } } };

  /** Changes a node and waits until the operator knows: it learns of nodes and of jobs by different watches. */
  async function changeNode(name: string, spec: object): Promise<void> {
    const labels = { changed: randomUUID() };
    await suite.world.patch('Node', '', name, { metadata: { labels }, spec });
    await eventually(async () => {
      expect((await suite.world.get('ComputeNode', '', name))?.metadata.labels).to.include(labels);
    });
  }

  it('runs a job of parallelism 3 on 3 nodes at once and completes it', async function () {
    const ns = await computeNamespace(this);
    await suite.run(ns, 'three', { parallelism: 3 });
    const running = await suite.job(ns, 'three', inState('Running'));
    expect(new Set(running.status.activeNodes).size).to.equal(3);
    const { status } = await suite.job(ns, 'three', inState('Completed'));
    expect(status).to.deep.include({
      summary: '3/3',
      attempt: 1,
      activeNodes: [],
      nodes: running.status.nodes,
      succeeded: 3,
    });
    expect(Date.parse(status.endTime)).to.be.at.least(Date.parse(status.startTime));
    expect(status.duration).to.match(/^\d+s$/);
    expect(conditionOf({ status } as unknown as AnyObject, 'Complete')).to.include({
      status: 'True',
      observedGeneration: 1,
    });
    const pods = await suite.pods(ns);
    expect(pods.map(({ spec }) => spec.nodeName)).to.deep.equal(status.nodes);
  });

  it('shows state, nodes, attempt and times to kubectl, which waits for the condition Complete', async function () {
    const ns = await computeNamespace(this);
    const { kubectl } = await computePlane();
    await suite.run(ns, 'shown', {});
    await kubectl(['-n', ns, 'wait', '--for=condition=Complete', 'cjob/shown', '--timeout=20s']);
    const [header] = (await kubectl(['-n', ns, 'get', 'cjob'])).split('\n');
    expect(header!.split(/\s+/)).to.deep.equal(['NAME', 'STATE', 'NODES', 'ATTEMPT', 'START', 'DURATION', 'AGE']);
  });

  it('makes a job wait with the reason in numbers, and starts it when a node gets the label', async function () {
    const ns = await computeNamespace(this);
    await suite.world.patch('Node', '', 'jobs-0', { metadata: { labels: { disk: 'ssd' } } });
    await eventually(async () => {
      const node = await suite.world.get('ComputeNode', '', 'jobs-0');
      expect(node?.metadata.labels).to.include({ disk: 'ssd' });
    });
    await suite.run(ns, 'picky', { parallelism: 2, nodeSelector: { suite: 'jobs', disk: 'ssd' }, ...whole });
    const waiting = await suite.job(ns, 'picky', (job) =>
      expect(scheduled(job)).to.include({ reason: 'WaitingForNodes' }),
    );
    expect(scheduled(waiting)!.message).to.equal(
      'needs 2 nodes, 1 available: 1 matches disk=ssd,suite=jobs, of these 1 is Running, of these 1 has 4 CPU free; position 1 in the queue',
    );
    expect(await suite.pods(ns)).to.deep.equal([]);
    await suite.world.patch('Node', '', 'jobs-1', { metadata: { labels: { disk: 'ssd' } } });
    const started = await suite.job(ns, 'picky', (job) => expect(scheduled(job)).to.include({ status: 'True' }), 2_000);
    expect(nodesOf(started).toSorted()).to.deep.equal(['jobs-0', 'jobs-1']);
    await suite.world.delete('ComputeJob', ns, 'picky');
  });

  it('lets the higher priority go first', async function () {
    const ns = await computeNamespace(this);
    await suite.run(ns, 'holder', { command: ['run'], parallelism: 4, ...whole });
    await suite.job(ns, 'holder', inState('Running'));
    await suite.run(ns, 'low', { parallelism: 4, ...whole });
    await suite.job(ns, 'low', (job) => expect(scheduled(job)?.message).to.match(/position 1 in the queue/));
    await suite.run(ns, 'high', { parallelism: 4, priority: 10, ...whole });
    await suite.job(ns, 'high', (job) => expect(scheduled(job)?.message).to.match(/position 1 in the queue/));
    await suite.world.patch('ComputeJob', ns, 'holder', { spec: { suspend: true } });
    const high = await suite.job(ns, 'high', inState('Completed'), 20_000);
    const low = await suite.job(ns, 'low', inState('Completed'), 20_000);
    expect(Date.parse(low.status.startTime)).to.be.at.least(Date.parse(high.status.endTime) - 1_000);
  });

  it("fails a job whose pods fail, with the pod's exit code, and leaves the failed pods for their logs", async function () {
    const ns = await computeNamespace(this);
    await suite.run(ns, 'bad', { command: ['fail'], parallelism: 2, backoffLimit: 0 });
    // Its nodes have to renew their Leases first.
    const { status } = await suite.job(ns, 'bad', inState('Failed'), 20_000);
    expect(status).to.deep.include({ failed: 1, activeNodes: [] });
    expect(status.message).to.match(/^pod bad-gang-1-\d on node jobs-\d failed: exit code 3$/);
    expect((await suite.pods(ns)).some((pod) => pod.status.phase === 'Failed')).to.equal(true);
  });

  it('restarts the whole gang, uncounted, when a pod is deleted by hand', async function () {
    const ns = await computeNamespace(this);
    await suite.run(ns, 'poked', { command: ['run'], parallelism: 3 });
    await suite.job(ns, 'poked', inState('Running'));
    await suite.world.delete('Pod', ns, 'poked-gang-1-1');
    const { status } = await suite.job(ns, 'poked', (job) => {
      expect(job.status).to.include({ attempt: 2, state: 'Running' });
    });
    expect(status).to.include({ failed: 0, disruptions: 1 });
    const names = (await suite.pods(ns)).map(({ metadata }) => metadata.name);
    expect(names).to.deep.equal(['poked-gang-2-0', 'poked-gang-2-1', 'poked-gang-2-2']);
    await suite.world.delete('ComputeJob', ns, 'poked');
  });

  it('keeps jobs off a cordoned node', async function () {
    const ns = await computeNamespace(this);
    await changeNode('jobs-0', { unschedulable: true });
    await suite.run(ns, 'wide', { parallelism: 4 });
    const waiting = await suite.job(ns, 'wide', (job) => expect(scheduled(job)?.message).to.match(/neither cordoned/));
    expect(scheduled(waiting)!.message).to.match(
      /4 are Running, of these 3 are neither cordoned nor tainted, of these 3 have room for a pod/,
    );
    await suite.world.patch('Node', '', 'jobs-0', { spec: { unschedulable: false } });
    await suite.job(ns, 'wide', inState('Completed'));
  });

  it('keeps jobs off a tainted node, but for those that tolerate the taint', async function () {
    const ns = await computeNamespace(this);
    const taint = { key: 'keep-off', value: 'yes', effect: 'NoSchedule' };
    await changeNode('jobs-1', { taints: [taint] });
    await suite.run(ns, 'careful', { parallelism: 4 });
    await suite.job(ns, 'careful', (job) =>
      expect(scheduled(job)?.message).to.match(/3 are neither cordoned nor tainted/),
    );
    const tolerations = [{ key: 'keep-off', operator: 'Exists' as const }];
    await suite.run(ns, 'bold', { parallelism: 4, tolerations });
    await suite.job(ns, 'bold', inState('Completed'));
    await suite.world.patch('Node', '', 'jobs-1', { spec: { taints: null } });
    await suite.job(ns, 'careful', inState('Completed'));
  });

  it('shows on a node what jobs hold of it, and gives none that is unschedulable to a new job', async function () {
    const ns = await computeNamespace(this);
    await suite.run(ns, 'held', {
      command: ['run'],
      parallelism: 2,
      resources: { requests: { cpu: 2, memory: '1Gi' } },
    });
    const [first] = nodesOf(await suite.job(ns, 'held', inState('Running')));
    const status = async () => (await suite.world.get('ComputeNode', '', first!))!.status;
    await eventually(async () => {
      expect(await status()).to.deep.include({
        allocated: { cpu: '2', memory: '1Gi', pods: '1' },
        allocatedSummary: '2 CPU, 1Gi',
        jobs: [`${ns}/held`],
        jobsSummary: `${ns}/held`,
        jobCount: 1,
      });
    });
    await suite.world.patch('ComputeNode', '', first!, { spec: { unschedulable: true } });
    await eventually(async () => {
      const { metadata, status } = (await suite.world.get('ComputeNode', '', first!))!;
      expect(status.observedGeneration).to.equal(metadata.generation);
    });
    await suite.run(ns, 'next', { parallelism: 4 });
    await suite.job(ns, 'next', (job) =>
      expect(scheduled(job)?.message).to.match(/4 are Running, of these 3 are neither cordoned/),
    );
    expect((await suite.world.get('ComputeJob', ns, 'held'))!.status).to.include({ state: 'Running', attempt: 1 });
    await suite.world.patch('ComputeNode', '', first!, { spec: { unschedulable: false } });
    await suite.job(ns, 'next', inState('Completed'));
    await suite.world.delete('ComputeJob', ns, 'held');
    await eventually(async () =>
      expect(await status())
        .to.include({ jobCount: 0 })
        .and.not.have.property('allocated'),
    );
  });

  it('starts a job that wants more nodes than there are within 2 s of the last one being ready', async function () {
    const ns = await computeNamespace(this);
    await suite.run(ns, 'five', { parallelism: 5 });
    await suite.job(ns, 'five', (job) => {
      expect(scheduled(job)?.message).to.match(
        /^needs 5 nodes, 4 available: 4 match suite=jobs, of these 4 are Running, of these 4 have room/,
      );
    });
    await suite.world.create(fakeNode('jobs-4', { suite: 'jobs' }));
    await eventually(async () => {
      const conditions = (await suite.world.get('Node', '', 'jobs-4'))!.status.conditions ?? [];
      expect(conditions.find(({ type }: { type: string }) => type === 'Ready')).to.include({ status: 'True' });
    });
    await suite.job(ns, 'five', (job) => expect(scheduled(job)).to.include({ status: 'True' }), 2_000);
    const { status } = await suite.job(ns, 'five', inState('Completed'));
    expect(status.nodes.toSorted()).to.deep.equal([...suite.nodes, 'jobs-4']);
    await suite.world.delete('Node', '', 'jobs-4');
  });

  it('suspends a job, frees its nodes, and starts it anew when it is resumed', async function () {
    const ns = await computeNamespace(this);
    await suite.run(ns, 'nap', { command: ['run'], parallelism: 2 });
    await suite.job(ns, 'nap', inState('Running'));
    await suite.world.patch('ComputeJob', ns, 'nap', { spec: { suspend: true } });
    const asleep = await suite.job(ns, 'nap', (job) =>
      expect(conditionOf(job, 'Suspended')).to.include({ status: 'True' }),
    );
    expect(asleep.status).to.include({ state: 'Pending' }).and.not.have.property('startTime');
    await eventually(async () => expect(await suite.pods(ns)).to.deep.equal([]));
    await suite.world.patch('ComputeJob', ns, 'nap', { spec: { suspend: false } });
    const awake = await suite.job(ns, 'nap', inState('Running'));
    expect(awake.status).to.include({ attempt: 2, failed: 0 });
    expect(conditionOf(awake, 'Suspended')).to.include({ status: 'False' });
    await suite.world.delete('ComputeJob', ns, 'nap');
  });

  it('fails a job that takes longer than its deadline', async function () {
    const ns = await computeNamespace(this);
    await suite.run(ns, 'late', { command: ['run'], activeDeadlineSeconds: 2 });
    const { status } = await suite.job(ns, 'late', inState('Failed'));
    expect(status.message).to.match(/activeDeadlineSeconds \(2 s\)/);
    await eventually(async () => expect(await suite.pods(ns)).to.deep.equal([]));
  });

  it('deletes a finished job and its pods when its time to live is over', async function () {
    const ns = await computeNamespace(this);
    await suite.run(ns, 'brief', { ttlSecondsAfterFinished: 1 });
    await eventually(async () => {
      expect(await suite.world.get('ComputeJob', ns, 'brief')).to.equal(undefined);
      expect(await suite.pods(ns)).to.deep.equal([]);
    }, 20_000);
  });

  it('leaves no pod of a deleted job', async function () {
    const ns = await computeNamespace(this);
    await suite.run(ns, 'gone', { command: ['run'], parallelism: 2 });
    await suite.job(ns, 'gone', inState('Running'));
    await suite.world.delete('ComputeJob', ns, 'gone');
    await eventually(async () => expect(await suite.pods(ns)).to.deep.equal([]), 20_000);
  });

  it('restarts a gang elsewhere when the node under it fails, uncounted, within 5 s', async function () {
    const ns = await computeNamespace(this);
    await suite.run(ns, 'unlucky', { command: ['run'], parallelism: 2, ...whole });
    const before = await suite.job(ns, 'unlucky', inState('Running'));
    const [lost] = nodesOf(before);
    await stopNode(lost!);
    const after = await suite.job(
      ns,
      'unlucky',
      (job) => expect(job.status).to.include({ attempt: 2, state: 'Running' }),
      8_000,
    );
    expect(nodesOf(after)).not.to.include(lost);
    expect(after.status).to.include({ failed: 0 });
    await suite.world.delete('ComputeJob', ns, 'unlucky');
    await startNode(lost!);
  });

  it('waits for a failed node as long as the job tolerates it, then restarts the gang', async function () {
    const ns = await computeNamespace(this);
    const key = 'node.kubernetes.io/unreachable';
    const tolerations = [{ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 4 } as const];
    await suite.run(ns, 'patient', { command: ['run'], parallelism: 2, tolerations, ...whole });
    const [lost] = nodesOf(await suite.job(ns, 'patient', inState('Running')));
    const since = Date.now();
    await stopNode(lost!);
    await suite.job(ns, 'patient', ({ status }) => expect(status).to.include({ endedAttempt: 1, failed: 0 }), 12_000);
    // Without the toleration it takes about one second. The operator's clock is another one.
    expect(Date.now() - since).to.be.at.least(3_500);
    await suite.world.delete('ComputeJob', ns, 'patient');
    await startNode(lost!);
  });

  /** From now on the node is what somebody says of it, and that is Unknown. */
  async function stopNode(node: string): Promise<void> {
    const { kubectl } = await computePlane();
    await suite.world.patch('Node', '', node, { metadata: { annotations: { 'kwok.x-k8s.io/node': null } } });
    const now = new Date().toISOString().replace(/\.\d+Z$/, 'Z');
    const dead = { type: 'Ready', status: 'Unknown', reason: 'Test', message: 'power', lastTransitionTime: now };
    const patch = JSON.stringify({ status: { conditions: [dead] } });
    await kubectl(['patch', 'node', node, '--subresource=status', '--type=strategic', '-p', patch]);
  }

  async function startNode(node: string): Promise<void> {
    await suite.world.patch('Node', '', node, { metadata: { annotations: { 'kwok.x-k8s.io/node': 'fake' } } });
    await eventually(async () => {
      expect((await suite.world.get('ComputeNode', '', node))?.status).to.include({ state: 'Running' });
    });
  }
});
