import { expect } from 'chai';
import { computeNamespace, computePlane } from '../../support/compute-plane.ts';
import { computeSuite } from '../../support/compute-suite.ts';
import { eventually } from '../../support/eventually.ts';
import { type AnyObject, conditionOf } from '../../support/world.ts';

const inState = (state: string) => (job: AnyObject) => expect(job?.status?.state, job?.status?.message).to.equal(state);
const scheduled = (job: AnyObject) => conditionOf(job, 'Scheduled');

describe('job scheduling that takes its time', function () {
  this.timeout(60_000);
  const suite = computeSuite({ name: 'long', nodes: 4 });

  it('restarts a failed gang with backoff, a new attempt on the same nodes', async function () {
    const ns = await computeNamespace(this);
    await suite.run(ns, 'again', { command: ['fail'], parallelism: 2, backoffLimit: 1 });
    const first = await suite.job(ns, 'again', (job) => expect(scheduled(job)).to.include({ reason: 'BackingOff' }));
    expect(first.status).to.include({ state: 'Pending', failed: 1 });
    const { status } = await suite.job(ns, 'again', inState('Failed'), 25_000);
    expect(status).to.deep.include({ attempt: 2, failed: 2, nodes: first.status.nodes });
    const pause = Date.parse(
      status.conditions.find(({ type }: { type: string }) => type === 'Failed').lastTransitionTime,
    );
    expect(pause - Date.parse(first.status.startTime)).to.be.greaterThan(10_000);
  });

  it('leaves no half of a gang behind when a quota lets in only some of its pods, and says so', async function () {
    const ns = await computeNamespace(this);
    const quota = { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { namespace: ns, name: 'two' } };
    await suite.world.create({ ...quota, spec: { hard: { pods: '2' } } });
    await suite.run(ns, 'quota', { command: ['run'], parallelism: 3 });
    const refused = await suite.job(ns, 'quota', (job) =>
      expect(scheduled(job)?.message).to.match(/exceeded quota: two/),
    );
    expect(refused.status).to.include({ state: 'Pending', failed: 0 });
    await eventually(async () => expect(await suite.pods(ns)).to.deep.equal([]));
    await suite.world.delete('ResourceQuota', ns, 'two');
    await suite.job(ns, 'quota', inState('Running'), 20_000);
    await suite.world.delete('ComputeJob', ns, 'quota');
  });

  it('runs under the name of a job that was deleted a moment ago, as a first attempt, once that one has gone', async function () {
    const ns = await computeNamespace(this);
    await suite.run(ns, 'again', { command: ['run'], parallelism: 2 });
    await suite.job(ns, 'again', inState('Running'));
    const old = (await suite.pods(ns)).map(({ metadata }) => metadata.uid);
    await suite.world.delete('ComputeJob', ns, 'again');
    await suite.run(ns, 'again', { parallelism: 2 });
    // The garbage collector of a young cluster looks for new kinds every 30 s.
    const { status } = await suite.job(ns, 'again', inState('Completed'), 45_000);
    expect(status).to.include({ attempt: 1, failed: 0, disruptions: 0 });
    expect((await suite.pods(ns)).filter(({ metadata }) => old.includes(metadata.uid))).to.deep.equal([]);
  });

  it('counts pods that it has not made', async function () {
    const ns = await computeNamespace(this);
    const { kubectl } = await computePlane();
    const container = {
      name: 'other',
      image: 'other',
      command: ['run'],
      resources: { requests: { cpu: '3' } },
      securityContext: {
        ...{ allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] }, runAsNonRoot: true, runAsUser: 1 },
        seccompProfile: { type: 'RuntimeDefault' },
      },
    };
    const other = (node: string) => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: `on-${node}`, namespace: ns },
      spec: { containers: [container], nodeSelector: { 'kubernetes.io/hostname': node } },
    });
    for (const node of ['long-0', 'long-1', 'long-2']) {
      await suite.world.patch('Node', '', node, { metadata: { labels: { 'kubernetes.io/hostname': node } } });
      await suite.world.create(other(node));
    }
    await kubectl(['-n', ns, 'wait', '--for=condition=Ready', 'pod', '--all', '--timeout=20s']);
    await suite.run(ns, 'two', { parallelism: 2, resources: { requests: { cpu: 2 } } });
    const waiting = await suite.job(ns, 'two', (job) => expect(scheduled(job)?.message).to.match(/1 have 2 CPU free/));
    expect(scheduled(waiting)).to.include({ status: 'False' });
    await kubectl(['-n', ns, 'delete', 'pod', 'on-long-1', '--wait=false']);
    await suite.job(ns, 'two', inState('Completed'));
    await kubectl(['-n', ns, 'delete', 'pod', '--all', '--wait=false']);
  });
});
