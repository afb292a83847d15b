import { expect } from 'chai';
import { restrictedPod } from '../../../constructs/restricted-pod.ts';
import { computeNamespace, computePlane } from '../../support/compute-plane.ts';
import { computeJob, computeSuite } from '../../support/compute-suite.ts';
import { eventually } from '../../support/eventually.ts';
import { conditionOf } from '../../support/world.ts';

describe('update conflicts', function () {
  this.timeout(30_000);
  const suite = computeSuite({ name: 'edits', nodes: 4 });

  it('end with the last spec when two clients edit a job at once, and no edit is refused for the status that we write', async function () {
    const ns = await computeNamespace(this);
    await suite.run(ns, 'busy', { command: ['run'], parallelism: 1 });
    const edit = async (field: string, values: readonly unknown[]) => {
      for (const value of values) await suite.world.patch('ComputeJob', ns, 'busy', { spec: { [field]: value } });
    };
    const widths = Array.from({ length: 20 }, (_, index) => 1 + (index % 4));
    const commands = Array.from({ length: 10 }, (_, index) => [index % 2 === 0 ? 'run' : 'work']);
    await Promise.all([edit('parallelism', [...widths, 3]), edit('command', [...commands, ['last']])]);
    const { status, metadata } = await suite.job(
      ns,
      'busy',
      (job) =>
        expect(job.status).to.include({
          state: 'Running',
          summary: '3/3',
          observedGeneration: job.metadata.generation,
        }),
      20_000,
    );
    expect(status).to.include({ failed: 0 });
    expect(status.observedGeneration).to.equal(metadata.generation);
    const pods = (await suite.pods(ns)).filter(({ metadata: { deletionTimestamp } }) => !deletionTimestamp);
    expect(pods.map(({ spec }) => spec.containers[0].command)).to.deep.equal([['last'], ['last'], ['last']]);
    expect(new Set(pods.map(({ spec }) => spec.nodeName)).size).to.equal(3);
    await suite.world.delete('ComputeJob', ns, 'busy');
  });

  it("are the older writer's to notice: a client that replaces a stale job is refused", async function () {
    const ns = await computeNamespace(this);
    await suite.run(ns, 'stale', { command: ['run'] });
    const job = await suite.job(ns, 'stale', ({ status }) => expect(status?.state).to.equal('Running'));
    await suite.world.patch('ComputeJob', ns, 'stale', { spec: { priority: 1 } });
    const { kubectl } = await computePlane();
    const input = JSON.stringify({ ...job, spec: { ...job.spec, priority: 2 } });
    const refusal = await kubectl(['replace', '-f', '-'], { input }).then(
      () => 'replaced',
      (error: Error) => error.message,
    );
    expect(refusal).to.match(/the object has been modified/);
    await suite.world.delete('ComputeJob', ns, 'stale');
  });

  it('never let a status claim a generation that it is not about', async function () {
    const ns = await computeNamespace(this);
    await suite.run(ns, 'claims', { command: ['run'], parallelism: 1 });
    const seen: { generation: number; observed: number; summary: string }[] = [];
    const watching = new AbortController();
    const watched = watch(watching.signal);
    for (const parallelism of [2, 4, 1, 3, 2]) {
      await suite.world.patch('ComputeJob', ns, 'claims', { spec: { parallelism } });
      await suite.job(ns, 'claims', ({ metadata, status }) =>
        expect(status.observedGeneration).to.equal(metadata.generation),
      );
    }
    watching.abort();
    await watched;
    const widths: Record<number, number> = { 1: 1, 2: 2, 3: 4, 4: 1, 5: 3, 6: 2 };
    for (const { generation, observed, summary } of seen) {
      expect(observed).to.be.at.most(generation);
      expect(Number(summary.split('/')[1])).to.equal(widths[observed]);
    }
    expect(seen.length).to.be.greaterThan(5);
    await suite.world.delete('ComputeJob', ns, 'claims');

    async function watch(signal: AbortSignal): Promise<void> {
      while (!signal.aborted) {
        const { metadata, status } = (await suite.world.get('ComputeJob', ns, 'claims'))!;
        if (status?.summary) {
          seen.push({ generation: metadata.generation!, observed: status.observedGeneration, summary: status.summary });
        }
      }
    }
  });

  it('leave the command of a finished job as it was, and its time to live to the user', async function () {
    const ns = await computeNamespace(this);
    await suite.run(ns, 'done', {});
    await suite.job(ns, 'done', ({ status }) => expect(status?.state).to.equal('Completed'));
    const refused = await suite.world.patch('ComputeJob', ns, 'done', { spec: { command: ['other'] } }).then(
      () => 'accepted',
      (error: Error) => error.message,
    );
    expect(refused).to.match(/spec is immutable after the job has finished, except ttlSecondsAfterFinished/);
    await suite.world.patch('ComputeJob', ns, 'done', { spec: { ttlSecondsAfterFinished: 0 } });
    await eventually(async () => expect(await suite.world.get('ComputeJob', ns, 'done')).to.equal(undefined));
  });

  it('are settled for the owner of an object: one of a pod’s name that is not the job’s is left alone', async function () {
    const ns = await computeNamespace(this);
    const metadata = { namespace: ns, name: 'taken-gang-1-0' };
    const spec = restrictedPod({ nodeName: 'nowhere', containers: [{ name: 'foreign', image: 'foreign' }] });
    const foreign = await suite.world.create({ apiVersion: 'v1', kind: 'Pod', metadata, spec });
    await suite.run(ns, 'taken', { command: ['run'] });
    const refused = await suite.job(ns, 'taken', (job) => {
      expect(conditionOf(job, 'Scheduled')?.message).to.match(
        /^Pod taken-gang-1-0 already exists and is not controlled by this ComputeJob/,
      );
    });
    expect(refused.status).to.include({ state: 'Pending' });
    const [pod, ...others] = await suite.pods(ns);
    expect(others).to.deep.equal([]);
    expect(pod!.metadata.uid).to.equal(foreign.metadata.uid);
    await suite.world.delete('ComputeJob', ns, 'taken');
  });

  it('refuse what makes no sense with a sentence that names the field', async function () {
    const ns = await computeNamespace(this);
    const sentences: [Record<string, unknown>, RegExp][] = [
      [{ parallelism: 0 }, /spec\.parallelism.*greater than or equal to 1/],
      [{ command: [] }, /spec\.command/],
      [{ env: [{ name: 'ROLLCALL_JOB', value: 'x' }] }, /the prefix ROLLCALL_ of names is reserved/],
      [{ resources: { requests: { cpu: 'much' } } }, /spec\.resources\.requests\.cpu/],
      [{ securityContext: { runAsUser: 0 } }, /runAsUser.*greater than or equal to 1/],
    ];
    for (const [spec, sentence] of sentences) {
      const refusal = await suite.world.create(computeJob(ns, 'bad', spec)).then(
        () => 'accepted',
        (error: Error) => error.message,
      );
      expect(refusal).to.match(sentence);
    }
    const long = await suite.world.create(computeJob(ns, 'a'.repeat(41), {})).catch((error: Error) => error.message);
    expect(long).to.match(/metadata\.name must be a DNS-1035 label of at most 40 characters/);
  });
});
