import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { onNpmEnd } from '../../scripts/npm-parent.ts';
import { ensureRequirements } from './apt.ts';
import { ensureBuilt } from './binaries.ts';
import { ensureModule } from './build.ts';
import { type Cluster, findCluster } from './cluster.ts';
import { clusterDir, controlPlaneSpec, nodeSpecs, readState } from './cluster-state.ts';
import { startControlPlane } from './control-plane.ts';
import { apiServerUrl } from './control-plane-flags.ts';
import { kubeconfigFile, startKwok } from './control-plane-processes.ts';
import { ClusterError, notRunning } from './errors.ts';
import { ensureNodeImages, nodeBaseArchive, PROMETHEUS_IMAGE, prometheusArchive } from './images.ts';
import { fakeNodes } from './kwok-nodes.ts';
import { addMetricsServer } from './metrics-server.ts';
import { isOn } from './node.ts';
import { cachePaths } from './paths.ts';
import { cliProgress, inStep } from './progress.ts';
import { findOnPath } from './requirements.ts';
import { startCluster } from './start-cluster.ts';
import { stopCluster } from './stop-cluster.ts';

/** The cluster that runs under this name. @throws ClusterError ERR_NOT_RUNNING */
export function running(name: string): Cluster {
  const cluster = findCluster(name);
  if (cluster) return cluster;
  throw notRunning(name);
}

export async function build(kwok: boolean): Promise<void> {
  const progress = cliProgress();
  await ensureBuilt(progress);
  if (kwok) await ensureModule('kwok', progress);
  if (findOnPath('busybox')) await ensureNodeImages(progress);
  else console.error('The images for nodes need busybox (package busybox-static); up installs it.');
  await nodeBaseArchive(progress);
}

export async function up(name: string, options: { readonly nodes: number; readonly yes: boolean }): Promise<void> {
  const progress = cliProgress();
  await ensureRequirements({ progress, yes: options.yes });
  const { kubeconfig } = await startCluster({ name, nodes: options.nodes, progress });
  console.log(`export KUBECONFIG=${kubeconfig}`);
}

export async function status(): Promise<void> {
  const { clusters } = cachePaths();
  const names = existsSync(clusters) ? readdirSync(clusters) : [];
  const states = names.flatMap((name) => readState(join(clusters, name)) ?? []);
  if (states.length === 0) console.log('No cluster: npm run cluster -- up makes one.');
  for (const state of states) {
    const dir = clusterDir(cachePaths(), state.name);
    const isUp = findCluster(state.name) !== undefined;
    const nodes = nodeSpecs(dir, state).map((node) => `${node.name} ${isOn(node) ? 'on' : 'off'}`);
    console.log(`${state.name}: ${isUp ? apiServerUrl(controlPlaneSpec(dir, state)) : 'stopped'}; ${nodes.join(', ')}`);
    if (isUp) console.log(`  export KUBECONFIG=${kubeconfigFile(dir)}`);
  }
}

export async function load(name: string, archive: string): Promise<void> {
  await loadInto(running(name), archive, fromCallersFolder(archive));
}

/** Brings the image that examples/monitoring names to nodes that can't pull it. */
export async function prometheus(name: string): Promise<void> {
  const cluster = running(name);
  await loadInto(cluster, PROMETHEUS_IMAGE, await prometheusArchive(cliProgress()));
}

async function loadInto(cluster: Cluster, what: string, file: string): Promise<void> {
  await inStep(
    cliProgress(),
    `Loading ${what} into ${cluster.nodes.length === 1 ? '1 node' : `${cluster.nodes.length} nodes`}`,
    () => cluster.load(file),
    (references) => references.join(', '),
  );
}

/** Adds fake nodes; the first time also builds and starts kwok. */
export async function kwok(name: string, first: number, last: number): Promise<void> {
  const cluster = running(name);
  const program = join(await ensureModule('kwok', cliProgress()), 'kwok');
  const dir = clusterDir(cachePaths(), name);
  await startKwok(controlPlaneSpec(dir, readState(dir)!), program);
  await cluster.kubectl(['apply', '-f', '-'], { input: JSON.stringify(fakeNodes(first, last)) });
}

/** Adds metrics-server; the first time also builds it. */
export async function metricsServer(name: string): Promise<void> {
  await addMetricsServer(running(name), cliProgress());
}

/** Runs a bare control plane until Ctrl-C, SIGTERM, SIGHUP or the end of npm. */
export async function controlPlane(options: { readonly scheduler: boolean; readonly kwok: boolean }): Promise<void> {
  const { kubeconfig, stop } = await startControlPlane({ ...options, progress: cliProgress() });
  console.log(`export KUBECONFIG=${kubeconfig}`);
  console.error('Ctrl-C ends it.');
  const keepRunning = setInterval(() => {}, 60_000);
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'].map((signal) => once(process, signal));
  await Promise.race([...signals, new Promise<void>(onNpmEnd)]);
  clearInterval(keepRunning);
  await stop();
}

export async function down(name: string, keep: boolean): Promise<void> {
  const isThere = await inStep(cliProgress(), `Stopping cluster ${name}`, () => stopCluster(name, { wipe: !keep }));
  if (!isThere) throw new ClusterError('ERR_NOT_RUNNING', `There is no cluster ${name}`);
}

/** npm runs scripts in the project's folder; a path on the command line means the caller's. */
function fromCallersFolder(path: string): string {
  return resolve(process.env.INIT_CWD ?? process.cwd(), path);
}
