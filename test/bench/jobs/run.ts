/**
 * Gangs of pods on one control plane with fake nodes, run as ComputeJobs and as native Jobs, one after the other in the same run.
 *
 *   node test/bench/jobs/run.ts [--jobs 200] [--size 5] [--nodes 100] [--qps 1000] [--only ComputeJob]
 *
 * Pods run for a second and succeed, whoever owns them. With `--qps` scheduler and controller manager may ask that much of the API
 * server; without it they are limited as they come (50 a second), which is what native Jobs are then made of. The native Job is no
 * gang: it is here for speed, not for what it promises. Times are seen by a watch from outside; writes are those of the audit log,
 * by everybody but the client that creates the jobs, Events and Leases left out.
 */
import { COMPUTE_JOBS } from '../../../reconciler/compute-job/resource/compute-job-object.ts';
import type { ResourceType } from '../../../reconciler/kube/resource-type.ts';
import { createCommand, parseOrExit } from '../../../server/process/command-line.ts';
import { type ControlPlane, startControlPlane } from '../../cluster/index.ts';
import { AuditLog } from '../../support/audit-log.ts';
import { fakeNode } from '../../support/compute-suite.ts';
import { eventually } from '../../support/eventually.ts';
import { installDist } from '../../support/operator-identity.ts';
import { startOperator } from '../../support/operator-process.ts';
import { openWorld, type World } from '../../support/world.ts';
import { CONTENDERS, type Contender } from './contenders.ts';
import { Timeline } from './timeline.ts';

const values = parseOrExit(
  createCommand('node test/bench/jobs/run.ts')
    .description('Compares how long jobs take until they run.')
    .option('--jobs <n>', 'Number of jobs.', '200')
    .option('--size <n>', 'Pods of each.', '5')
    .option('--nodes <n>', 'Number of nodes.', '100')
    .option('--qps <n>', 'Client limit of the other controllers.')
    .option('--only <kind>', 'Only this contender.'),
).opts<{
  readonly jobs: string;
  readonly size: string;
  readonly nodes: string;
  readonly qps?: string;
  readonly only?: string;
}>();
const [jobs, size, nodes] = [Number(values.jobs), Number(values.size), Number(values.nodes)];
const NATIVE: ResourceType = { group: 'batch', version: 'v1', kind: 'Job', plural: 'jobs', namespaced: true };
const TIMEOUT_MS = 20 * 60_000;
const CREATORS = 16;

const controlPlane = await startControlPlane({
  scheduler: true,
  kwok: { runMs: 1_000 },
  ...(values.qps && { clientQps: Number(values.qps) }),
});
try {
  await installDist(controlPlane);
  const world = openWorld(controlPlane);
  for (let node = 0; node < nodes; node++) await world.create(fakeNode(`node-${node}`, {}, 32));
  const operator = await startOperator({ controlPlane });
  await eventually(async () => {
    const running = (await world.list('ComputeNode')).filter(({ status }) => status?.state === 'Running');
    if (running.length < nodes) throw new Error(`${running.length} of ${nodes} nodes are Running`);
  }, 120_000);
  const limits = values.qps ? `client limits raised to ${values.qps}/s` : 'as it comes';
  console.log(`${jobs} jobs of ${size} pods on ${nodes} nodes, control plane ${limits}`);
  for (const contender of CONTENDERS.filter(({ kind }) => kind === (values.only ?? kind))) {
    await measure(controlPlane, world, contender);
  }
  console.log(
    `operator: ${await operator.metric('process_resident_memory_bytes').then((bytes) => (bytes / 2 ** 20).toFixed(0))} MiB`,
  );
  await operator.stop();
  await world.close();
} finally {
  await controlPlane.stop();
}

async function measure(plane: ControlPlane, world: World, contender: Contender): Promise<void> {
  const namespace = `bench-${contender.title.toLowerCase().replaceAll(' ', '-')}`;
  await plane.kubectl(['create', 'namespace', namespace]);
  const timeline = new Timeline(world, namespace, contender.kind === 'Job' ? NATIVE : COMPUTE_JOBS, contender);
  const audit = new AuditLog(plane);
  const names = Array.from({ length: jobs }, (_, index) => `job-${index}`);
  const queue = [...names];
  const createNext = async (): Promise<void> => {
    for (let name = queue.shift(); name !== undefined; name = queue.shift()) {
      timeline.create(name);
      await world.create(contender.job(namespace, name, size));
    }
  };
  await Promise.all(Array.from({ length: CREATORS }, createNext));
  await eventually(() => {
    if (timeline.done < jobs) throw new Error(`${timeline.done} of ${jobs} jobs are done`);
  }, TIMEOUT_MS);
  const { makespan, toBound, skew, toDone } = await timeline.end(size);
  const writes = audit.writesIn(namespace).filter(({ user }) => user.username !== 'admin').length;
  console.log(
    [
      contender.title,
      `makespan ${seconds(makespan)}`,
      `create → all bound ${spread(toBound)}`,
      `gang skew ${spread(skew)}`,
      `pods done → Completed ${spread(toDone)}`,
      `${(writes / (jobs * size)).toFixed(2)} writes a pod`,
    ].join('; '),
  );
  await plane.kubectl(['delete', 'namespace', namespace, '--wait=false']);
}

function spread(times: readonly number[]): string {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share: number) =>
    seconds(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN);
  return `p50 ${at(0.5)} p99 ${at(0.99)}`;
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(2)} s`;
}
