/**
 * What it costs the operator to know what pods report: CPU, reports and requests a second, status writes, with latencies
 * that jitter in every report and links that stay as they are.
 *
 *   node test/bench/collect/run.ts [--cases 1000x2,1x200] [--seconds 120]
 *
 * Prints a table in Markdown. On a control plane of its own; pods are simulated on loopback addresses by this process, with
 * the peer's real endpoint; the operator is the image's bundle and runs under its own ServiceAccount.
 */
import { cpus } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { bundle } from '../../../scripts/bundle.ts';
import { createCommand, parseOrExit } from '../../../server/process/command-line.ts';
import { cliProgress, startControlPlane } from '../../cluster/index.ts';
import { eventually } from '../../support/eventually.ts';
import { installDist } from '../../support/operator-identity.ts';
import { startOperator } from '../../support/operator-process.ts';
import { SimulatedPeers } from '../../support/simulated-peers.ts';
import { conditionOf, openWorld, peerGroup } from '../../support/world.ts';
import { AS_DEPLOYED } from '../as-deployed.ts';
import { cpuSeconds, rss } from '../reconcile/statistics.ts';

const flags = parseOrExit(
  createCommand('node test/bench/collect/run.ts')
    .description('Measures what collecting reports costs.')
    .option('--cases <list>', 'GROUPSxPODS.', '1000x2,1x200')
    .option('--seconds <n>', 'How long to measure.', '120'),
).opts<{ readonly cases: string; readonly seconds: string }>();
const TIMEOUT_MS = 900_000;
const seconds = Number(flags.seconds);

await bundle();
const controlPlane = await startControlPlane({ progress: cliProgress() });
const world = openWorld(controlPlane);
try {
  await installDist(controlPlane);
  console.log(`${cpus().length} cores, ${cpus()[0]?.model}, Node ${process.version}; ${seconds} s each\n`);
  console.log(
    '| groups × pods | links | until all Connected | one link lost → status | reports read, 1/s | API requests, 1/s | status writes | CPU of a core | RSS |',
  );
  console.log('|---|---|---|---|---|---|---|---|---|');
  for (const [index, text] of flags.cases.split(',').entries()) await measure(text, 78 + index);
} finally {
  await world.close();
  await controlPlane.stop();
}

async function measure(text: string, network: number): Promise<void> {
  const [groups = 0, pods = 0] = text.split('x').map(Number);
  const namespace = `collect-${text}`;
  await controlPlane.kubectl(['create', 'namespace', namespace]);
  const operator = await startOperator({
    controlPlane,
    ...AS_DEPLOYED,
    args: ['--namespace', namespace],
  });
  const peers = new SimulatedPeers(world, network);
  const names = Array.from({ length: groups }, (_, i) => `group-${i}`);
  try {
    for (const name of names) await world.create(peerGroup(namespace, name, { replicas: pods }));
    const started = performance.now();
    await peers.run(namespace, names, pods, TIMEOUT_MS);
    await allConnected(namespace, groups);
    const connectedMs = performance.now() - started;
    const lostMs = await losingOneLink(peers, namespace);
    await sleep(40_000); // the first round of reports after a wait
    const reads = () => [...peers.peers.values()].reduce((sum, { read }) => sum + read, 0);
    const requests = () => operator.metric('rest_client_requests_total');
    const patches = () => operator.metric('rest_client_requests_total', { method: 'PATCH' });
    const before = [reads(), await requests(), await patches(), cpuSeconds(operator.pid)] as const;
    await sleep(seconds * 1_000);
    const cells = [
      `${groups} × ${pods}`,
      groups * pods * (pods - 1),
      `${(connectedMs / 1_000).toFixed(1)} s`,
      `${lostMs.toFixed(0)} ms`,
      ((reads() - before[0]) / seconds).toFixed(1),
      (((await requests()) - before[1]) / seconds).toFixed(2),
      (await patches()) - before[2],
      `${(((cpuSeconds(operator.pid) - before[3]) / seconds) * 100).toFixed(2)} %`,
      `${(rss(operator.pid) / 2 ** 20).toFixed(0)} MiB`,
    ];
    console.log(`| ${cells.join(' | ')} |`);
  } finally {
    peers.close();
    await operator.stop();
  }
}

function allConnected(namespace: string, groups: number): Promise<void> {
  return eventually(async () => {
    const all = await world.list('PeerGroup', namespace);
    const connected = all.filter((group) => conditionOf(group, 'Connected')?.status === 'True').length;
    if (connected < groups) throw new Error(`${connected} of ${groups} groups are connected`);
  }, TIMEOUT_MS);
}

/** Milliseconds from a pod's report of a link that is Down to the status that names it. The link comes back. */
async function losingOneLink(peers: SimulatedPeers, namespace: string): Promise<number> {
  const peer = peers.peers.get('group-0-0')!;
  const becomes = (status: string) =>
    eventually(async () => {
      const connected = conditionOf(await world.get('PeerGroup', namespace, 'group-0'), 'Connected');
      if (connected?.status !== status) throw new Error(`Connected is ${connected?.status}`);
    }, TIMEOUT_MS);
  const lost = performance.now();
  peer.lose('group-0-1');
  await becomes('False');
  const took = performance.now() - lost;
  peer.regain('group-0-1');
  await becomes('True');
  return took;
}
