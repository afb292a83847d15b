import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { computeNamespace, computePlane, stopComputeOperator } from '../../support/compute-plane.ts';
import { computeJob, computeSuite } from '../../support/compute-suite.ts';
import { eventually } from '../../support/eventually.ts';
import { EDITED } from '../../support/health/status-recorder.ts';
import { oldSource } from '../../support/old-source.ts';
import { type OperatorProcess, startOperator } from '../../support/operator-process.ts';
import { inState } from '../../support/real-jobs.ts';
import type { AnyObject } from '../../support/world.ts';

describe('an upgrade from version 0.1.0 under a running gang', function () {
  this.timeout(180_000);
  const suite = computeSuite({ name: 'upgrade', nodes: 3 });
  let old: string | undefined;
  let operator: OperatorProcess | undefined;

  before(async function () {
    old = oldSource(this);
    await stopComputeOperator();
  });
  after(async () => {
    await operator?.stop();
    if (old) rmSync(old, { recursive: true });
  });

  it('restarts nothing and keeps its names; its next attempt has names of its own, and nothing of the old ones is left', async function () {
    const ns = await computeNamespace(this);
    const controlPlane = await computePlane();
    const { world, pods } = suite;
    const get = () => world.get('ComputeJob', ns, 'gang');
    const until = (assertion: (job: AnyObject) => void) =>
      eventually(async () => {
        const job = (await get())!;
        assertion(job);
        return job;
      }, 30_000);
    const slices = async (): Promise<AnyObject[]> =>
      JSON.parse(await controlPlane.kubectl(['-n', ns, 'get', 'endpointslices', '-o', 'json'])).items;
    const names = async () =>
      (await slices()).flatMap(({ endpoints }) => endpoints.map((each: AnyObject) => each.hostname)).sort();
    const uids = async () => (await pods(ns)).map(({ metadata }) => metadata.uid);

    operator = await startOperator({ controlPlane, program: join(old!, 'reconciler/main.ts') });
    const nodeSelector = { suite: 'upgrade' };
    const job = computeJob(ns, 'gang', { command: ['run'], parallelism: 2, nodeSelector });
    await world.create({ ...job, metadata: { ...job.metadata, annotations: { [EDITED]: 'true' } } });
    await until(inState('Running'));
    const before = await uids();
    const service = await world.get('Service', ns, 'gang-gang');
    await eventually(async () => expect(await names()).to.deep.equal(['gang-0', 'gang-1']));
    await operator.stop();

    operator = await startOperator({ controlPlane });
    // The gang grows under its old names.
    await world.patch('ComputeJob', ns, 'gang', { spec: { parallelism: 3 } });
    const grown = await until(({ status }) => expect(status).to.include({ summary: '3/3', attempt: 1 }));
    expect(grown.status).not.to.have.property('serviceName');
    expect((await uids()).slice(0, 2)).to.deep.equal(before);
    expect((await world.get('Service', ns, 'gang-gang'))!.metadata.uid).to.equal(service!.metadata.uid);
    await eventually(async () => expect(await names()).to.deep.equal(['gang-0', 'gang-1', 'gang-2']));
    const files = (await pods(ns)).map(({ metadata }) => metadata.annotations?.['rollcall.dev/hosts']);
    expect(new Set(files)).to.deep.equal(new Set(['gang-0.gang-gang\ngang-1.gang-gang\ngang-2.gang-gang\n']));

    await world.delete('Pod', ns, 'gang-gang-1-1');
    const { status } = await until((job) => expect(job.status).to.include({ attempt: 2, state: 'Running', failed: 0 }));
    expect(status.serviceName).to.match(/^gang-gang-2-/);
    await eventually(async () => {
      expect((await world.list('Service', ns)).map(({ metadata }) => metadata.name)).to.deep.equal([
        status.serviceName,
      ]);
      expect((await slices()).map(({ metadata }) => metadata.labels?.['kubernetes.io/service-name'])).to.deep.equal([
        status.serviceName,
      ]);
    }, 30_000);
    await world.delete('ComputeJob', ns, 'gang');
  });
});
