import { expect } from 'chai';
import { clusterNamespace } from '../../support/cluster.ts';
import { eventually } from '../../support/eventually.ts';
import { inState, jobCluster, RealJobs } from '../../support/real-jobs.ts';
import { conditionOf } from '../../support/world.ts';

describe('ComputeJobs on real nodes that take their time', function () {
  this.timeout(300_000);
  let jobs: RealJobs;

  before(async function () {
    const cluster = await jobCluster(2);
    jobs = new RealJobs(cluster, await clusterNamespace(this));
  });

  it("job scheduling: an image that can't be pulled for 2 minutes fails the attempt, with the kubelet's words", async () => {
    await jobs.run('no-image', { image: 'localhost/nowhere:1', command: ['true'], backoffLimit: 0 });
    await jobs.until('no-image', ({ status }) => expect(status?.message).to.match(/0 of 1 pods have started: \w*Pull/));
    const { status } = await jobs.until('no-image', inState('Failed'), 180_000);
    expect(status).to.include({ failed: 1 });
    expect(status.message).to.match(/cannot start: (ErrImagePull|ImagePullBackOff): .*localhost\/nowhere:1/);
  });

  it('job scheduling: a gang that fails is restarted after 10 s and 20 s, then the job is Failed', async () => {
    await jobs.example('retries.yaml');
    const { status, metadata } = await jobs.until('unlucky', inState('Failed'), 120_000);
    expect(status).to.include({ attempt: 3, failed: 3 });
    // Beside the pauses, each failure takes up to 15 s until the gang's nodes are known to be alive, and each start some seconds.
    expect(Date.parse(status.endTime) - Date.parse(metadata.creationTimestamp!)).to.be.within(30_000, 100_000);
    expect(status.message).to.match(/exit code 3: no luck on \S+; reached the backoffLimit of 2$/);
  });

  it('job scheduling: a job is stopped at its deadline, and deleted when its time to live is over', async () => {
    await jobs.example('deadline.yaml');
    const { status } = await jobs.until('late', inState('Failed'), 60_000);
    expect(status.message).to.match(/activeDeadlineSeconds \(10 s\)/);
    const ended = Date.parse(status.endTime);
    await eventually(async () => {
      const isThere = await jobs.get('late').then(
        () => true,
        () => false,
      );
      expect(isThere).to.equal(false);
    }, 75_000);
    expect(Date.now() - ended).to.be.greaterThan(59_000);
  });

  it('job scheduling: a command that is edited replaces the gang, and a pod deleted by hand restarts it, uncounted', async () => {
    await jobs.run('edited', { command: ['sh', '-c', 'trap "exit 0" TERM; sleep 1000 & wait'], parallelism: 2 });
    await jobs.until('edited', inState('Running'));
    await jobs.patch('edited', { command: ['sh', '-c', 'echo second; trap "exit 0" TERM; sleep 1000 & wait'] });
    await jobs.until('edited', ({ status }) => expect(status).to.include({ attempt: 2, state: 'Running' }), 60_000);
    expect(await jobs.log('edited-gang-2-1')).to.equal('second\n');
    await jobs.delete('pod', 'edited-gang-2-0');
    const { status } = await jobs.until('edited', (job) => {
      expect(job.status).to.include({ attempt: 3, state: 'Running' });
    });
    expect(status).to.include({ failed: 0, disruptions: 1 });
    await jobs.delete('cjob', 'edited');
    await eventually(async () => expect(await jobs.podsOf('edited')).to.deep.equal([]), 60_000);
  });

  it('job scheduling: a suspended job has no pods, and runs when it is resumed', async () => {
    await jobs.example('suspended.yaml');
    await jobs.until('nap', (job) => expect(conditionOf(job, 'Suspended')).to.include({ status: 'True' }));
    expect(await jobs.podsOf('nap')).to.deep.equal([]);
    await jobs.patch('nap', { suspend: false });
    await jobs.until('nap', inState('Completed'));
  });
});
