import { expect } from 'chai';
import type { Cluster } from '../../cluster/index.ts';
import { clusterNamespace } from '../../support/cluster.ts';
import { eventually } from '../../support/eventually.ts';
import { inState, jobCluster, RealJobs } from '../../support/real-jobs.ts';
import { operatorNode } from '../../support/rollcall.ts';
import type { AnyObject } from '../../support/world.ts';

/** From the plug being pulled until the other operator writes. */
const TAKEOVER_MS = 20_000;
/** Until the gang runs elsewhere (spec §4), the takeover included. */
const RESTART_MS = 90_000;

describe("a leader's node that loses its power", function () {
  this.timeout(400_000);
  let cluster: Cluster;
  let jobs: RealJobs;
  let ns: string;

  before(async function () {
    cluster = await jobCluster(4);
    ns = await clusterNamespace(this);
    jobs = new RealJobs(cluster, ns);
  });
  after(async () => {
    for (const node of cluster.nodes) {
      await cluster.startNode(node);
      await cluster.kubectl(['label', 'node', node, 'gang-', 'peers-']);
    }
  });

  const create = (name: string, spec: object) =>
    cluster.kubectl(['-n', ns, 'create', '-f', '-'], {
      input: JSON.stringify({ apiVersion: 'rollcall.dev/v1alpha1', kind: 'PeerGroup', metadata: { name }, spec }),
    });
  const group = async (name: string): Promise<AnyObject> =>
    JSON.parse(await cluster.kubectl(['-n', ns, 'get', 'pg', name, '-o', 'json']));
  const connected = async () =>
    (await group('web')).status?.conditions?.find(({ type }: { type: string }) => type === 'Connected');

  it('hands over to the other operator, which restarts the gang of that node and calls no link down', async () => {
    const victim = await operatorNode(cluster);
    const [second, third, fourth] = cluster.nodes.filter((node) => node !== victim) as [string, string, string];
    // A gang that is on the victim for sure, and peers that are not.
    for (const node of [victim, second]) await cluster.kubectl(['label', 'node', node, 'gang=yes']);
    for (const node of [third, fourth]) await cluster.kubectl(['label', 'node', node, 'peers=yes']);
    await jobs.run('gang', {
      ...{ command: ['sh', '-c', 'trap "exit 0" TERM; sleep 1000 & wait'], parallelism: 2 },
      nodeSelector: { gang: 'yes' },
    });
    await create('web', { replicas: 3, interval: '1s', nodeSelector: { peers: 'yes' } });
    await jobs.until('gang', inState('Running'), 60_000);
    await eventually(async () => expect((await connected())?.status).to.equal('True'), 90_000);
    const before = await connected();

    await cluster.killNode(victim);
    const killed = performance.now();
    await create('later', { replicas: 0 });
    await eventually(async () => expect((await group('later')).status?.observedGeneration).to.equal(1), 60_000, 250);
    const took = performance.now() - killed;
    console.log(`        the other operator wrote ${(took / 1_000).toFixed(1)} s after the plug was pulled`);
    expect(took).to.be.at.most(TAKEOVER_MS);

    await cluster.kubectl(['label', 'node', third, 'gang=yes']);
    await jobs.until(
      'gang',
      (job) => expect(job.status).to.include({ attempt: 2, state: 'Running', failed: 0 }),
      RESTART_MS,
    );
    console.log(`        the gang ran again after ${((performance.now() - killed) / 1_000).toFixed(1)} s`);
    const after = await connected();
    expect([after?.status, after?.lastTransitionTime]).to.deep.equal(['True', before?.lastTransitionTime]);
    await jobs.delete('cjob', 'gang');
    await jobs.delete('pg', 'web');
  });
});
