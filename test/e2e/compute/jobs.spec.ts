import { expect } from 'chai';
import type { Cluster } from '../../cluster/index.ts';
import { clusterNamespace } from '../../support/cluster.ts';
import { eventually } from '../../support/eventually.ts';
import { inState, jobCluster, RealJobs } from '../../support/real-jobs.ts';
import { conditionOf } from '../../support/world.ts';

describe('ComputeJobs on real nodes', function () {
  this.timeout(120_000);
  let cluster: Cluster;
  let jobs: RealJobs;

  before(async function () {
    this.timeout(300_000);
    cluster = await jobCluster(3);
    jobs = new RealJobs(cluster, await clusterNamespace(this));
  });

  it('job scheduling: a job of parallelism 3 runs on 3 nodes at once, as its pods log, and is Completed', async () => {
    await jobs.example('parallel.yaml');
    const running = await jobs.until('three', inState('Running'));
    expect(running.status.activeNodes.toSorted()).to.deep.equal([...cluster.nodes].sort());
    const logs = await Promise.all([0, 1, 2].map((index) => jobs.log(`three-gang-1-${index}`)));
    expect(logs).to.deep.equal(
      running.status.nodes.map((node: string, index: number) => `index ${index} of 3 on ${node}\n`),
    );
    const { status } = await jobs.until('three', inState('Completed'));
    expect(status).to.deep.include({ summary: '3/3', activeNodes: [], succeeded: 3, failed: 0, attempt: 1 });
    expect(Date.parse(status.endTime) - Date.parse(status.startTime)).to.be.within(3_000, 20_000);
    await eventually(async () => {
      const allocated = await cluster.kubectl(['get', 'cn', '-o', 'jsonpath={.items[*].status.jobCount}']);
      expect(allocated).to.equal('0 0 0');
    }, 10_000);
  });

  it('job scheduling: a job keeps to nodes with a label, waits with the reason in numbers, and starts when there are enough', async () => {
    const [first, second] = cluster.nodes;
    await cluster.kubectl(['label', 'node', first!, 'disk=ssd']);
    await jobs.example('node-selector.yaml');
    const waiting = await jobs.until('on-ssd', (job) => {
      expect(conditionOf(job, 'Scheduled')).to.include({ status: 'False', reason: 'WaitingForNodes' });
    });
    expect(waiting.status.message).to.equal(
      'needs 2 nodes, 1 available: 1 matches disk=ssd, of these 1 is Running, of these 1 has room for a pod; position 1 in the queue',
    );
    await cluster.kubectl(['label', 'node', second!, 'disk=ssd']);
    const started = await jobs.until(
      'on-ssd',
      (job) => expect(conditionOf(job, 'Scheduled')).to.include({ status: 'True' }),
      2_000,
    );
    expect(started.status.nodes.toSorted()).to.deep.equal([first, second].sort());
    await jobs.until('on-ssd', inState('Completed'));
  });

  it('job scheduling: pods of a gang talk to each other by the names in ROLLCALL_HOSTS', async () => {
    await jobs.example('gang.yaml');
    await jobs.until('chat', inState('Completed'), 60_000);
    expect(await jobs.log('chat-gang-1-0')).to.match(/^index 1 on .* reports\nheard from all 2\n$/);
  });

  it('job scheduling: a failed job says the exit code and the termination message of its pod', async () => {
    const command = ['sh', '-c', 'echo "no luck" > /dev/termination-log; exit 3'];
    await jobs.run('unlucky', { command, backoffLimit: 0 });
    const { status } = await jobs.until('unlucky', inState('Failed'));
    expect(status.message).to.match(/^pod unlucky-gang-1-0 on .* failed: exit code 3: no luck$/);
  });

  it('parallelism: a running gang goes from 3 to 1 to 2, and its hosts file with it', async () => {
    await jobs.example('elastic.yaml');
    await jobs.until('elastic', inState('Running'));
    await jobs.patch('elastic', { parallelism: 3 });
    await jobs.until('elastic', ({ status }) => expect(status.activeNodes).to.have.length(3));
    const [first] = await jobs.podsOf('elastic');
    const uid = first!.metadata.uid;
    await told(3);
    await jobs.patch('elastic', { parallelism: 1 });
    await jobs.until('elastic', ({ status }) => expect(status).to.deep.include({ summary: '1/1', state: 'Running' }));
    await jobs.patch('elastic', { parallelism: 2 });
    const { status } = await jobs.until('elastic', (job) => expect(job.status.activeNodes).to.have.length(2), 60_000);
    expect(status).to.include({ attempt: 1, failed: 0 });
    await told(2);
    expect((await jobs.podsOf('elastic'))[0]!.metadata.uid).to.equal(uid);
    await jobs.delete('cjob', 'elastic');

    async function told(size: number): Promise<void> {
      await eventually(async () => {
        const lines = (await jobs.log('elastic-gang-1-0')).trim().split('\n');
        expect(lines.at(-1)).to.equal(`${size} in the gang`);
      }, 20_000);
    }
  });
});
