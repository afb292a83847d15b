import { expect } from 'chai';
import { run } from '../../cluster/command.ts';
import type { Cluster } from '../../cluster/index.ts';
import { clusterNamespace } from '../../support/cluster.ts';
import { eventually } from '../../support/eventually.ts';
import { GANG_TOOLS, GANG_TORCH, gangArchive } from '../../support/gang-image.ts';
import { inState, jobCluster, RealJobs } from '../../support/real-jobs.ts';
import { operatorNode } from '../../support/rollcall.ts';
import type { AnyObject } from '../../support/world.ts';

const RUNS = Number(process.env.GANG_RUNS ?? 10);

/** Programs whose members talk to each other: the line that index 0 logs at the end, and how they take longer. */
const PROGRAMS = [
  {
    name: 'mpi',
    line: /^6 ranks: ring 15, allreduce 21, broadcast True$/m,
    slower: ['world = MPI.COMM_WORLD', 'world = MPI.COMM_WORLD; import time; time.sleep(20)'],
  },
  {
    name: 'torchrun',
    line: /rank \d of 6: sum 21, same weights everywhere True$/m,
    slower: ['loss.backward()', "loss.backward(); __import__('time').sleep(0.5)"],
  },
  {
    name: 'dask',
    line: /^2 workers: sum 4999950000$/m,
    slower: ['lambda n: sum(', "lambda n: __import__('time').sleep(0.4) or sum("],
  },
  { name: 'iperf3', line: /receiver$/m, slower: ['--time 2', '--time 30'] },
];

describe('programs that run as gangs', function () {
  this.timeout(900_000);
  let cluster: Cluster;
  let jobs: RealJobs;

  before(async function () {
    this.timeout(1_800_000); // the images are made of 500 MB of packages the first time
    const archives = [await gangArchive(GANG_TOOLS), await gangArchive(GANG_TORCH)];
    cluster = await jobCluster(3);
    for (const archive of archives) await cluster.load(archive);
    const namespace = await clusterNamespace(this);
    jobs = new RealJobs(cluster, namespace);
    const key = await run('sh', [
      '-c',
      'd=$(mktemp -d); ssh-keygen -q -t ed25519 -N "" -f $d/key; cat $d/key; rm -r $d',
    ]);
    const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'mpi-ssh', namespace }, stringData: { key } };
    await cluster.kubectl(['apply', '-f', '-'], { input: JSON.stringify(secret) });
  });
  after(async () => {
    for (const node of cluster.nodes) {
      await cluster.startNode(node);
      await cluster.kubectl(['uncordon', node]);
    }
  });

  for (const { name, line } of PROGRAMS) {
    it(`${name}.yaml ends with the right result, ${RUNS} times of ${RUNS}`, async () => {
      const latencies: number[] = [];
      for (let count = 0; count < RUNS; count++) {
        await jobs.example(`${name}.yaml`);
        const { status } = await jobs.until(name, ended, 180_000);
        expect(status, status.message).to.include({ state: 'Completed', attempt: 1, failed: 0 });
        expect(await jobs.log(`${name}-gang-1-0`)).to.match(line);
        latencies.push(Date.parse(status.startTime) - Date.parse(status.scheduledTime));
        await jobs.delete('cjob', name);
        await eventually(async () => expect(await jobs.podsOf(name)).to.deep.equal([]), 60_000);
      }
      console.log(`      from placed to all commands started: ${latencies.join(', ')} ms`);
    });
  }

  it('give every rank the time to save when a node is drained, the job is suspended, or it shrinks', async () => {
    await jobs.example('checkpoint.yaml');
    const { status } = await jobs.until('checkpoint', inState('Running'), 60_000);
    const away = await operatorNode(cluster);
    const victim = status.nodes.find((node: string) => node !== away);
    const saved = savedBy(1, [0, 1, 2]);
    await cluster.kubectl(['cordon', victim]);
    const index = status.nodes.indexOf(victim);
    await evict(`checkpoint-gang-1-${index}`);
    await saved;
    await cluster.kubectl(['uncordon', victim]);
    await jobs.until(
      'checkpoint',
      ({ status }) => expect(status).to.include({ state: 'Running', attempt: 2, failed: 0 }),
      90_000,
    );

    const shrunk = savedBy(2, [2]);
    await jobs.patch('checkpoint', { parallelism: 2 });
    await shrunk;
    const suspended = savedBy(2, [0, 1]);
    await jobs.patch('checkpoint', { suspend: true });
    await suspended;
    await jobs.delete('cjob', 'checkpoint');
  });

  /** Resolves once these ranks have logged that they have saved; they are followed from now on. */
  async function savedBy(attempt: number, ranks: readonly number[]): Promise<void> {
    const logs = await Promise.all(ranks.map((rank) => jobs.follow(`checkpoint-gang-${attempt}-${rank}`)));
    expect(logs.map((log) => log.match(/has saved/)?.[0])).to.deep.equal(ranks.map(() => 'has saved'));
  }

  async function evict(name: string): Promise<void> {
    const [pod] = (await jobs.pods()).filter(({ metadata }) => metadata.name === name);
    const { namespace } = pod!.metadata;
    const eviction = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace } };
    const path = `/api/v1/namespaces/${namespace}/pods/${name}/eviction`;
    await cluster.kubectl(['create', '--raw', path, '-f', '-'], { input: JSON.stringify(eviction) });
  }

  for (const { name, line, slower } of PROGRAMS) {
    it(`${name}.yaml is restarted, uncounted, when a node is killed under it, and ends with the right result`, async () => {
      const away = await operatorNode(cluster);
      await jobs.changedExample(`${name}.yaml`, slower[0]!, slower[1]!);
      const { status } = await jobs.until(name, inState('Running'), 120_000);
      const victim = status.nodes.find((node: string) => node !== away);
      await cluster.killNode(victim);
      await eventually(
        async () =>
          expect(await cluster.kubectl(['get', 'cn', victim, '-o', 'jsonpath={.status.state}'])).to.equal('Failed'),
        90_000,
      );
      await cluster.startNode(victim);
      const after = await jobs.until(name, ended, 240_000);
      expect(after.status, after.status.message).to.include({ state: 'Completed', failed: 0 });
      expect(await jobs.log(`${name}-gang-${after.status.attempt}-0`)).to.match(line);
      console.log(`      ${name}: attempt ${after.status.attempt}, ${after.status.message}`);
      await jobs.delete('cjob', name);
    });
  }
});

function ended({ status }: AnyObject): void {
  expect(['Completed', 'Failed'], status?.message).to.include(status?.state);
}
