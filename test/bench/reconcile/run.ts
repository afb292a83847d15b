/**
 * Reconciling at scale: children per second beside a raw writer in the same run, time from a spec to its children, memory,
 * CPU and requests.
 *
 *   node test/bench/reconcile/run.ts [--groups 200,1000] [--idle 10000]
 *
 * Prints a table in Markdown; with `--idle` how long starts among so many groups take, by a stream and in pages, beside a bare
 * list of the same objects, and what a standby and a leader hold. On a control plane of its own; the operator is the image's bundle and runs under its own
 * ServiceAccount.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { OPERATOR_NAMESPACE } from '../../../constructs/names.ts';
import { PODS } from '../../../reconciler/kube/core-types.ts';
import { CHILD_TYPES, PEER_GROUPS } from '../../../reconciler/peer-group/resources.ts';
import { bundle } from '../../../scripts/bundle.ts';
import { createCommand, parseOrExit } from '../../../server/process/command-line.ts';
import { cliProgress, startControlPlane } from '../../cluster/index.ts';
import { eventually } from '../../support/eventually.ts';
import { startFaultProxy } from '../../support/fault-proxy.ts';
import { allObserved, createGroups } from '../../support/many-groups.ts';
import { sumSeries } from '../../support/metrics-text.ts';
import { installDist, writeOperatorKubeconfig } from '../../support/operator-identity.ts';
import { type OperatorProcess, quiet, startOperator } from '../../support/operator-process.ts';
import { openWorld, type World } from '../../support/world.ts';
import { AS_DEPLOYED } from '../as-deployed.ts';
import { renderBenchGroup } from './bench-group.ts';
import { cpuSeconds, histogramQuantile, peakRss, percentile, rss } from './statistics.ts';
import { watchChildren } from './timeline.ts';

const flags = parseOrExit(
  createCommand('node test/bench/reconcile/run.ts')
    .description('Measures how long groups take until they are complete.')
    .option('--groups <list>', 'Numbers of groups.', '200,1000')
    .option('--idle <n>', 'Also measure this many idle groups.', '0'),
).opts<{ readonly groups: string; readonly idle: string }>();
const WORKERS = 8;
const CHILDREN = renderBenchGroup('any', 'any').length;
const IDLE_MS = 30_000;
const QUIET_MS = 2_000;
const TIMEOUT_MS = 3_600_000;
const execute = promisify(execFile);

await bundle();
const dir = mkdtempSync(join(tmpdir(), 'rollcall-bench-'));
const controlPlane = await startControlPlane({ progress: cliProgress() });
const world = openWorld(controlPlane);
try {
  await installDist(controlPlane);
  await writeOperatorKubeconfig(controlPlane, join(dir, 'kubeconfig'));
  console.log(
    `${cpus().length} cores, ${cpus()[0]?.model}, Node ${process.version}; ${WORKERS} workers, ${CHILDREN} children a group\n`,
  );
  console.log(
    '| groups | raw writer, children/s | operator, children/s | ratio | spec→applied p50 / p99 | queue p50 / p99 | peak RSS | CPU per group | requests per group |',
  );
  console.log('|---|---|---|---|---|---|---|---|---|');
  for (const groups of flags.groups.split(',').filter(Boolean).map(Number)) await measure(groups);
  if (Number(flags.idle) > 0) await measureIdle(Number(flags.idle));
} finally {
  await world.close();
  await controlPlane.stop();
  rmSync(dir, { recursive: true, force: true });
}

/** One size: raw writer, then the operator on a backlog (rate), then the operator on creations as they come (latency). */
async function measure(groups: number): Promise<void> {
  const raw = await rawWriter(groups);
  const backlog = await converge(groups, true);
  const live = await converge(groups, false);
  const children = groups * CHILDREN;
  const rate = children / backlog.seconds;
  const rawRate = children / raw.seconds;
  const cells = [
    groups,
    rawRate.toFixed(0),
    rate.toFixed(0),
    (rate / rawRate).toFixed(2),
    `${seconds(percentile(live.latencies, 0.5))} / ${seconds(percentile(live.latencies, 0.99))}`,
    quantiles(live, 'workqueue_queue_duration_seconds'),
    mebibytes(live.rss),
    `${((live.cpuSeconds / groups) * 1_000).toFixed(1)} ms (raw ${((raw.cpuSeconds / groups) * 1_000).toFixed(1)})`,
    (live.requests / groups).toFixed(1),
  ];
  console.log(`| ${cells.join(' | ')} |`);
}

/** Upper bounds of the buckets that the p50 and p99 lie in. */
function quantiles({ metrics }: Convergence, name: string): string {
  return [0.5, 0.99].map((share) => `≤ ${histogramQuantile(metrics, name, share)} s`).join(' / ');
}

async function rawWriter(groups: number): Promise<{ seconds: number; cpuSeconds: number }> {
  const namespace = `raw-${groups}`;
  await controlPlane.kubectl(['create', 'namespace', namespace]);
  // Nobody reads it, but the API server has to serve the same watches in both cases.
  const timeline = await watchChildren(world.client, namespace, CHILDREN);
  const args = [
    join(import.meta.dirname, 'raw-writer.ts'),
    join(dir, 'kubeconfig'),
    namespace,
    String(groups),
    String(WORKERS),
  ];
  const { stdout } = await execute(process.execPath, args);
  timeline.stop();
  return JSON.parse(stdout);
}

interface Convergence {
  /** From the first child to the last. */
  readonly seconds: number;
  /** Milliseconds from each group's creation to its last child. */
  readonly latencies: readonly number[];
  /** The operator's metrics at the end. */
  readonly metrics: string;
  readonly rss: number;
  readonly cpuSeconds: number;
  readonly requests: number;
}

/** @param backlog whether the groups are there before the operator starts */
async function converge(groups: number, backlog: boolean): Promise<Convergence> {
  const namespace = `${backlog ? 'backlog' : 'live'}-${groups}`;
  await controlPlane.kubectl(['create', 'namespace', namespace]);
  const timeline = await watchChildren(world.client, namespace, CHILDREN);
  const created = new Map<string, number>();
  const create = () => createGroups(stamping(world, created), namespace, groups);
  if (backlog) await create();
  const operator = await startOperator({
    controlPlane,
    ...AS_DEPLOYED,
    args: ['--workers', String(WORKERS), '--namespace', namespace],
  });
  const [cpuBefore, requestsBefore] = [cpuSeconds(operator.pid), await requestsOf(operator)];
  if (!backlog) await create();
  try {
    await eventually(() => {
      if (timeline.complete.size < groups)
        throw new Error(`${timeline.complete.size} of ${groups} groups are complete`);
    }, TIMEOUT_MS);
    await quiet(operator, QUIET_MS);
    return {
      seconds: (Math.max(...timeline.complete.values()) - timeline.began()) / 1_000,
      latencies: [...timeline.complete].map(([group, end]) => end - (created.get(group) ?? Number.NaN)),
      metrics: (await operator.admin('/metrics')).body,
      rss: peakRss(operator.pid),
      cpuSeconds: cpuSeconds(operator.pid) - cpuBefore,
      requests: (await requestsOf(operator)) - requestsBefore,
    };
  } finally {
    timeline.stop();
    await operator.stop();
  }
}

/** Many groups that are as they should be, and nothing happens. */
async function measureIdle(groups: number): Promise<void> {
  await controlPlane.kubectl(['create', 'namespace', 'idle']);
  const args = ['--namespace', 'idle'];
  const first = await startOperator({ controlPlane, ...AS_DEPLOYED, args });
  await createGroups(world, 'idle', groups);
  await allObserved(world, 'idle', groups, TIMEOUT_MS);
  await quiet(first, QUIET_MS);
  await first.stop();
  await measureStarts(groups);
  const began = performance.now();
  const operator = await startOperator({ controlPlane, ...AS_DEPLOYED, args });
  const synced = performance.now() - began;
  let heldUp = 0;
  await eventually(async () => {
    const { body } = await operator.admin('/metrics');
    heldUp = Math.max(heldUp, 1_000 * sumSeries(body, 'nodejs_eventloop_lag_max_seconds', {})); // in the last minute or two
    const passes = sumSeries(body, 'controller_runtime_reconcile_total', {});
    if (passes < groups) throw new Error(`${passes} of ${groups} groups were looked at`);
  }, TIMEOUT_MS);
  const settled = performance.now() - began;
  await quiet(operator, QUIET_MS);
  const cpu = cpuSeconds(operator.pid);
  await sleep(IDLE_MS);
  const share = (cpuSeconds(operator.pid) - cpu) / (IDLE_MS / 1_000);
  console.log(
    `\n${groups} idle groups: RSS ${mebibytes(rss(operator.pid))} (peak ${mebibytes(peakRss(operator.pid))}), ` +
      `${(share * 100).toFixed(2)} % of a core, ready after ${seconds(synced)}, all looked at after ${seconds(settled)}, ` +
      `event loop held up for ${seconds(heldUp)} at most while they were`,
  );
  await operator.stop();
}

/** How long a standby takes until it is ready, and what it holds then, beside a bare list of the same objects. */
async function measureStarts(groups: number): Promise<void> {
  // Somebody leads, so that nothing but the start is measured.
  const spec = { holderIdentity: 'bench', leaseDurationSeconds: 60 };
  const metadata = { namespace: OPERATOR_NAMESPACE, name: 'rollcall' };
  await world.delete('Lease', OPERATOR_NAMESPACE, 'rollcall').catch(() => {}); // the last leader's
  await world.create({ apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata, spec } as never);
  const renewal = setInterval(() => {
    const renewed = { spec: { ...spec, renewTime: new Date().toISOString().replace('Z', '000Z') } };
    void world.patch('Lease', OPERATOR_NAMESPACE, 'rollcall', renewed).catch(() => {});
  }, 5_000);
  const proxy = await startFaultProxy(controlPlane);
  const refusal = { type: 'answer', status: 422, body: '{"kind":"Status","code":422,"reason":"Invalid"}' } as const;
  try {
    const bare = await bareListMs();
    console.log(`\n${groups} groups: a bare list of what the operator caches of them took ${seconds(bare)}`);
    for (const paged of [false, true]) {
      proxy.setRule(({ url }) => (paged && url.includes('sendInitialEvents') ? refusal : undefined));
      const began = performance.now();
      const standby = await startOperator({
        ...{ controlPlane, server: proxy.url, ...AS_DEPLOYED },
        args: ['--namespace', 'idle', '--leader-elect', 'true'],
      });
      console.log(
        `standby, ${paged ? 'lists in pages' : 'streaming lists'}: ready ${seconds(performance.now() - began)} after its process began, ` +
          `peak RSS ${mebibytes(peakRss(standby.pid))}, ${mebibytes(rss(standby.pid))} when ready`,
      );
      await standby.stop();
    }
  } finally {
    clearInterval(renewal);
    await proxy.stop();
    await world.delete('Lease', OPERATOR_NAMESPACE, 'rollcall');
  }
}

/** One kind after the other would not use the machine; all of them at once is what the operator does. */
async function bareListMs(): Promise<number> {
  const began = performance.now();
  await Promise.all(
    [...CHILD_TYPES, PEER_GROUPS, PODS].map(async (type) => {
      for (let next: string | undefined = ''; next !== undefined; ) {
        const page = await world.client.list(type, { namespace: 'idle', limit: 500, ...(next && { continue: next }) });
        next = page.next;
      }
    }),
  );
  return performance.now() - began;
}

/** The same world, which notes when each creation was answered. */
function stamping(inner: World, created: Map<string, number>): World {
  return {
    ...inner,
    create: async (object) => {
      const answer = await inner.create(object);
      created.set(object.metadata.name, performance.now());
      return answer;
    },
  };
}

function requestsOf(operator: OperatorProcess): Promise<number> {
  return operator.metric('rest_client_requests_total');
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(2)} s`;
}

function mebibytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(0)} MiB`;
}
