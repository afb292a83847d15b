/**
 * How long it takes until every pod of a group has been told of a changed config, and how fast pods are told: beside a raw
 * writer of as many patches in the same run, which is what the API server could take.
 *
 *   node test/bench/announce/run.ts [--pods 100,1000]
 *
 * Prints a table in Markdown. On a control plane of its own; pods are simulated: each loads the config when its annotation
 * says so, and reports that. What a kubelet takes from the annotation to the mounted file is in the test of fifty real pods.
 */
import { cpus } from 'node:os';
import { ANNOTATION_CONFIG_HASH } from '../../../constructs/names.ts';
import { PODS } from '../../../reconciler/kube/core-types.ts';
import { bundle } from '../../../scripts/bundle.ts';
import { createCommand, parseOrExit } from '../../../server/process/command-line.ts';
import { cliProgress, startControlPlane } from '../../cluster/index.ts';
import { eventually } from '../../support/eventually.ts';
import { installDist } from '../../support/operator-identity.ts';
import { startOperator } from '../../support/operator-process.ts';
import { SimulatedPeers } from '../../support/simulated-peers.ts';
import { watchPods } from '../../support/watch-pods.ts';
import { openWorld, peerGroup } from '../../support/world.ts';
import { AS_DEPLOYED } from '../as-deployed.ts';

const flags = parseOrExit(
  createCommand('node test/bench/announce/run.ts')
    .description('Measures how long pods take to hear of a new config.')
    .option('--pods <list>', 'Numbers of pods.', '100,1000'),
).opts<{ readonly pods: string }>();
const TIMEOUT_MS = 900_000;
/** As many as the operator has for one group. */
const RAW_CONCURRENCY = 8;

await bundle();
const controlPlane = await startControlPlane({ progress: cliProgress() });
const world = openWorld(controlPlane);
try {
  await installDist(controlPlane);
  console.log(`${cpus().length} cores, ${cpus()[0]?.model}, Node ${process.version}\n`);
  console.log('| pods | first told | last told | in any second, at most | patches | the same by a raw writer |');
  console.log('|---|---|---|---|---|---|');
  for (const [index, pods] of flags.pods.split(',').map(Number).entries()) await measure(pods, 78 + index);
} finally {
  await world.close();
  await controlPlane.stop();
}

async function measure(replicas: number, network: number): Promise<void> {
  const namespace = `announce-${replicas}`;
  await controlPlane.kubectl(['create', 'namespace', namespace]);
  const operator = await startOperator({
    controlPlane,
    ...AS_DEPLOYED,
    args: ['--namespace', namespace],
  });
  const peers = new SimulatedPeers(world, network);
  const watching = new AbortController();
  try {
    await world.create(peerGroup(namespace, 'web', { replicas, topology: { type: 'Ring' } }));
    await peers.run(namespace, ['web'], replicas, TIMEOUT_MS);
    await allKnow(namespace, replicas);

    const told = new Map<string, number>();
    let patches = 0;
    const former = new Map<string, string | undefined>();
    const watched = watchPods(world, namespace, watching.signal, ({ metadata: { name, annotations } }) => {
      const value = annotations?.[ANNOTATION_CONFIG_HASH];
      const isFirst = !former.has(name);
      if (former.get(name) === value && !isFirst) return;
      former.set(name, value);
      if (isFirst || value === undefined) return;
      patches++;
      told.set(name, performance.now());
      const peer = peers.peers.get(name)!;
      peer.configHash = value.split('.')[0]!;
      peer.changes.change();
    });
    await eventually(() => {
      if (former.size < replicas) throw new Error(`${former.size} of ${replicas} pods are watched`);
    }, TIMEOUT_MS);

    await world.patch('PeerGroup', namespace, 'web', { spec: { interval: '30s' } });
    const changed = performance.now();
    await eventually(() => {
      if (told.size < replicas) throw new Error(`${told.size} of ${replicas} pods are told`);
    }, TIMEOUT_MS);
    const times = [...told.values()].map((at) => at - changed).sort((a, b) => a - b);
    await allKnow(namespace, replicas);
    watching.abort();
    await watched;
    const cells = [
      replicas,
      seconds(times[0]!),
      seconds(times.at(-1)!),
      mostInASecond(times),
      patches,
      seconds(await rawWriter(namespace, [...told.keys()])),
    ];
    console.log(`| ${cells.join(' | ')} |`);
  } finally {
    watching.abort();
    peers.close();
    await operator.stop();
  }
}

/** Waits until the status says that all pods use the present config. */
function allKnow(namespace: string, replicas: number): Promise<void> {
  return eventually(async () => {
    const group = await world.get('PeerGroup', namespace, 'web');
    const { updatedPeers, observedGeneration } = group?.status ?? {};
    if (observedGeneration !== group?.metadata.generation || updatedPeers !== replicas)
      throw new Error(`${updatedPeers} of ${replicas} pods use the config`);
  }, TIMEOUT_MS);
}

/** @returns milliseconds */
async function rawWriter(namespace: string, names: readonly string[]): Promise<number> {
  const queue = [...names];
  const started = performance.now();
  const write = async () => {
    for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
      const patch = { metadata: { annotations: { 'rollcall.dev/bench': 'raw' } } };
      await world.client.mergePatch(PODS, { name, namespace }, patch, 'raw');
    }
  };
  await Promise.all(Array.from({ length: RAW_CONCURRENCY }, write));
  return performance.now() - started;
}

function mostInASecond(sorted: readonly number[]): number {
  return Math.max(...sorted.map((from, i) => sorted.slice(i).filter((at) => at < from + 1_000).length));
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(2)} s`;
}
