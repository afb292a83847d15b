import { expect } from 'chai';
import { computeNamespace } from '../../support/compute-plane.ts';
import { computeSuite, nodesOf } from '../../support/compute-suite.ts';
import { eventually } from '../../support/eventually.ts';
import { type AnyObject, conditionOf } from '../../support/world.ts';

describe('parallelism', function () {
  this.timeout(30_000);
  const suite = computeSuite({ name: 'width', nodes: 4 });
  const runningOn = (count: number) => (job: AnyObject) => {
    expect(job.status, job.status?.message).to.include({ state: 'Running', summary: `${count}/${count}` });
    expect(job.status.activeNodes).to.have.length(count);
  };
  const resize = (ns: string, name: string, parallelism: number) =>
    suite.world.patch('ComputeJob', ns, name, { spec: { parallelism } });
  const podNames = async (ns: string) =>
    (await suite.pods(ns)).filter(({ metadata }) => !metadata.deletionTimestamp).map(({ metadata }) => metadata.name);

  it('shrinks from 3 to 1 and grows to 2 while the job runs, and the pods that stay are not restarted', async function () {
    const ns = await computeNamespace(this);
    await suite.run(ns, 'elastic', { command: ['run'], parallelism: 3 });
    const wide = await suite.job(ns, 'elastic', runningOn(3));
    const [first] = await suite.pods(ns);

    await resize(ns, 'elastic', 1);
    const narrow = await suite.job(ns, 'elastic', runningOn(1));
    expect(nodesOf(narrow)).to.deep.equal(nodesOf(wide).slice(0, 1));
    await eventually(async () => expect(await podNames(ns)).to.deep.equal(['elastic-gang-1-0']));

    await resize(ns, 'elastic', 2);
    const { status } = await suite.job(ns, 'elastic', runningOn(2));
    expect(status).to.include({ attempt: 1, failed: 0 });
    expect(new Set(status.nodes).size).to.equal(2);
    const [stayed, added] = await suite.pods(ns);
    expect(stayed!.metadata.uid).to.equal(first!.metadata.uid);
    expect(added!.metadata.name).to.equal('elastic-gang-1-1');
    await suite.world.delete('ComputeJob', ns, 'elastic');
  });

  it("shows the gang's new size to the pods that stay, in their hosts file", async function () {
    const ns = await computeNamespace(this);
    await suite.run(ns, 'hosts', { command: ['run'], parallelism: 1 });
    await suite.job(ns, 'hosts', runningOn(1));
    await resize(ns, 'hosts', 3);
    const job = await suite.job(ns, 'hosts', runningOn(3));
    await eventually(async () => {
      const files = (await suite.pods(ns)).map(({ metadata }) => metadata.annotations?.['rollcall.dev/hosts']);
      const lines = [0, 1, 2].map((index) => `hosts-${index}.${job.status.serviceName}\n`);
      expect(new Set(files)).to.deep.equal(new Set([lines.join('')]));
    });
    await suite.world.delete('ComputeJob', ns, 'hosts');
  });

  it('adds all missing nodes together or none, while the gang runs on', async function () {
    const ns = await computeNamespace(this);
    const whole = { command: ['run'], resources: { requests: { cpu: 4 } } };
    await suite.run(ns, 'holder', { ...whole, parallelism: 1 });
    await suite.job(ns, 'holder', runningOn(1));
    await suite.run(ns, 'grows', { ...whole, parallelism: 2 });
    await suite.job(ns, 'grows', runningOn(2));
    await resize(ns, 'grows', 4);
    const waiting = await suite.job(ns, 'grows', (job) => {
      expect(conditionOf(job, 'Scheduled')).to.include({ status: 'False', reason: 'WaitingToGrow' });
    });
    expect(waiting.status).to.include({ state: 'Running', summary: '2/4' });
    // The holder keeps a node of its own: one of the two that are missing is free, the other is not.
    expect(await podNames(ns)).to.have.length(3);
    await suite.world.delete('ComputeJob', ns, 'holder');
    await suite.job(ns, 'grows', runningOn(4));
    await suite.world.delete('ComputeJob', ns, 'grows');
  });
});
