import { expect } from 'chai';
import type { Cluster } from '../../cluster/index.ts';
import { clusterNamespace } from '../../support/cluster.ts';
import { eventually } from '../../support/eventually.ts';
import { inState, jobCluster, RealJobs } from '../../support/real-jobs.ts';
import { operatorNode } from '../../support/rollcall.ts';

/** From the plug being pulled until the gang runs elsewhere (spec §4). */
const RESTART_MS = 50_000;
/** From its ComputeNode turning Failed until the gang has other nodes. How long its start takes is the machine's matter. */
const AFTER_FAILED_MS = 5_000;

describe('node state transitions on real nodes', function () {
  this.timeout(300_000);
  let cluster: Cluster;
  let jobs: RealJobs;
  const stateOf = (node: string) => cluster.kubectl(['get', 'cn', node, '-o', 'jsonpath={.status.state}']);

  before(async function () {
    cluster = await jobCluster(4);
    jobs = new RealJobs(cluster, await clusterNamespace(this));
  });
  after(async () => {
    for (const node of cluster.nodes) await cluster.startNode(node);
  });

  it('restart a gang elsewhere when the plug of a node is pulled, uncounted, and take the node back when it returns', async () => {
    const away = await operatorNode(cluster);
    await jobs.run('gang', { command: ['sh', '-c', 'trap "exit 0" TERM; sleep 1000 & wait'], parallelism: 2 });
    const { status } = await jobs.until('gang', inState('Running'));
    const victim = status.nodes.find((node: string) => node !== away);
    await cluster.killNode(victim);
    const killed = performance.now();
    await eventually(async () => expect(await stateOf(victim)).to.equal('Failed'), RESTART_MS);
    const failed = performance.now();
    await jobs.until('gang', ({ status }) => expect(status.attempt).to.equal(2), RESTART_MS);
    const placed = performance.now();
    const after = await jobs.until(
      'gang',
      (job) => expect(job.status).to.include({ attempt: 2, state: 'Running', failed: 0 }),
      RESTART_MS,
    );
    const restarted = performance.now();
    expect(after.status.nodes).not.to.include(victim);
    expect(placed - failed, 'after Failed').to.be.lessThan(AFTER_FAILED_MS);
    expect(restarted - killed, 'after the kill').to.be.lessThan(RESTART_MS);
    await cluster.startNode(victim);
    await eventually(async () => expect(await stateOf(victim)).to.equal('Running'), 60_000);
    await jobs.delete('cjob', 'gang');
  });
});
