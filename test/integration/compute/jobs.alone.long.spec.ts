import { expect } from 'chai';
import type { ApplyConfiguration } from '../../../reconciler/kube/object.ts';
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
    expect(status).to.include({ attempt: 1, failed: 0 }).and.not.have.property('disruptions');
    expect((await suite.pods(ns)).filter(({ metadata }) => old.includes(metadata.uid))).to.deep.equal([]);
  });

  it('releases a gang whose pod is not bound within 2 minutes, together, and tries elsewhere', async function () {
    this.timeout(200_000);
    const ns = await computeNamespace(this);
    // What the ledger doesn't know: a pod that wants no pod of a job beside it.
    const labelSelector = { matchLabels: { 'app.kubernetes.io/component': 'job' } };
    const podAntiAffinity = {
      requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'kubernetes.io/hostname', labelSelector }],
    };
    await suite.world.patch('Node', '', 'long-0', { metadata: { labels: { 'kubernetes.io/hostname': 'long-0' } } });
    await suite.world.create(somePod(ns, 'lonely', 'long-0', '100m', { affinity: { podAntiAffinity } }));
    const { kubectl } = await computePlane();
    await kubectl(['-n', ns, 'wait', '--for=condition=Ready', 'pod/lonely', '--timeout=20s']);
    await suite.run(ns, 'moved', { command: ['run'], parallelism: 3 });
    const first = await suite.job(ns, 'moved', (job) => expect(scheduled(job)).to.include({ status: 'True' }));
    expect(first.status.nodes).to.deep.equal(['long-0', 'long-1', 'long-2']);
    const { status } = await suite.job(ns, 'moved', (job) => expect(job.status).to.include({ attempt: 2 }), 150_000);
    expect(status).to.include({ failed: 0 });
    await suite.job(ns, 'moved', inState('Running'), 20_000);
    const names = (await suite.pods(ns)).map(({ metadata, spec }) => [metadata.name, spec.nodeName]);
    expect(names).to.deep.equal([
      ['lonely', 'long-0'],
      ['moved-gang-2-0', 'long-1'],
      ['moved-gang-2-1', 'long-2'],
      ['moved-gang-2-2', 'long-3'],
    ]);
    await suite.world.delete('ComputeJob', ns, 'moved');
    await kubectl(['-n', ns, 'delete', 'pod', 'lonely', '--wait=false']);
  });

  it('counts pods that it has not made', async function () {
    const ns = await computeNamespace(this);
    const { kubectl } = await computePlane();
    for (const node of ['long-0', 'long-1', 'long-2']) {
      await suite.world.patch('Node', '', node, { metadata: { labels: { 'kubernetes.io/hostname': node } } });
      await suite.world.create(somePod(ns, `on-${node}`, node, '3'));
    }
    await kubectl(['-n', ns, 'wait', '--for=condition=Ready', 'pod', '--all', '--timeout=20s']);
    await suite.run(ns, 'two', { parallelism: 2, resources: { requests: { cpu: 2 } } });
    const waiting = await suite.job(ns, 'two', (job) => expect(scheduled(job)?.message).to.match(/1 has 2 CPU free/));
    expect(scheduled(waiting)).to.include({ status: 'False' });
    await kubectl(['-n', ns, 'delete', 'pod', 'on-long-1', '--wait=false']);
    await suite.job(ns, 'two', inState('Completed'));
    await kubectl(['-n', ns, 'delete', 'pod', '--all', '--wait=false']);
  });
});

/** A pod of somebody else's that runs until it is deleted. */
function somePod(
  namespace: string,
  name: string,
  hostname: string,
  cpu: string,
  more: object = {},
): ApplyConfiguration {
  const container = {
    name: 'other',
    image: 'other',
    command: ['run'],
    resources: { requests: { cpu } },
    securityContext: {
      ...{ allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] }, runAsNonRoot: true, runAsUser: 1 },
      seccompProfile: { type: 'RuntimeDefault' },
    },
  };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace },
    spec: { containers: [container], nodeSelector: { 'kubernetes.io/hostname': hostname }, ...more },
  };
}
