import { join } from 'node:path';
import { addons } from './addons.ts';
import { ensureBuilt, programsIn } from './binaries.ts';
import { createNodeCgroup } from './cgroups.ts';
import { type Cluster, clusterHandle, shelveCached } from './cluster.ts';
import { type ClusterState, clusterDir, controlPlaneSpec, nodeSpecs, writeState } from './cluster-state.ts';
import { apiServerUrl } from './control-plane-flags.ts';
import { prepareControlPlane, startControlPlaneProcesses } from './control-plane-processes.ts';
import { ClusterError } from './errors.ts';
import { ensureNodeImages } from './images.ts';
import { writeKubeconfig } from './kubeconfig.ts';
import { withLock } from './lock.ts';
import { assertClusterName } from './name.ts';
import { MAX_NODES, networkPlan, nodeAddress } from './network-plan.ts';
import { isOn } from './node.ts';
import type { NodeSpec } from './node-files.ts';
import { bringUpNodes, waitForDns } from './node-readiness.ts';
import { cachePaths } from './paths.ts';
import { ensurePki } from './pki.ts';
import { inStep, type Progress, type Step, silentProgress } from './progress.ts';
import { describeMissing } from './requirements.ts';
import { reserve } from './reservation.ts';

/** What a whole cluster should be like. */
export interface ClusterOptions {
  readonly name: string;
  /** 1 to 4. A cluster that has more keeps them. @default 1 */
  readonly nodes?: number;
  /** @default nobody sees it */
  readonly progress?: Progress;
}

/**
 * Starts a whole cluster, as root: builds what isn't built, and returns when every node is Ready and DNS answers. A
 * cluster that runs already gets the nodes that it lacks; one that was stopped with its state kept goes on with it.
 *
 * @throws ClusterError ERR_REQUIREMENTS, ERR_NO_FREE_RANGE, ERR_IN_USE, ERR_NOT_READY; what had been started then stays
 * for a look at the logs, and `stop` removes it
 */
export async function startCluster(options: ClusterOptions): Promise<Cluster> {
  const { name, nodes = 1, progress = silentProgress } = options;
  assertClusterName(name);
  if (!Number.isInteger(nodes) || nodes < 1 || nodes > MAX_NODES) {
    throw new ClusterError('ERR_NAME', `A cluster has 1 to ${MAX_NODES} nodes, not ${nodes}`);
  }
  const missing = await describeMissing();
  if (missing.length > 0) throw new ClusterError('ERR_REQUIREMENTS', missing.join(' '));
  const paths = cachePaths();
  const { buildDir } = await ensureBuilt(progress, paths);
  const images = await ensureNodeImages(progress, paths);
  const dir = clusterDir(paths, name);
  const { cluster } = await inStep(
    progress,
    `Starting cluster ${name}`,
    (step) =>
      withLock(
        `${dir}.lock`,
        async () => {
          const { state, note } = await reserve(dir, { name, nodes, bin: buildDir });
          for (const image of images) await shelveCached(dir, image);
          return { note, cluster: clusterHandle(dir, await bringUp(dir, state, step)) };
        },
        () => step.update('waiting for another command on this cluster to end'),
      ),
    ({ note, cluster }) => `${countNodes(cluster.nodes)} Ready, DNS answers${note ? ` (${note})` : ''}`,
  );
  return cluster;
}

/** Starts what doesn't run yet: control plane, nodes, add-ons. */
async function bringUp(dir: string, state: ClusterState, step: Step): Promise<ClusterState> {
  const spec = controlPlaneSpec(dir, state);
  const plan = networkPlan(state.index);
  step.update('control plane');
  await prepareControlPlane(spec);
  await startControlPlaneProcesses(spec, programsIn(state.bin), { scheduler: true });
  const off = nodeSpecs(dir, state).filter((node) => !isOn(node));
  const controllers = new Set(state.controllers);
  for (const node of off) {
    for (const controller of await createNodeCgroup(node.cgroup)) controllers.add(controller);
    await prepareNode(node, apiServerUrl(spec));
  }
  const started = { ...state, controllers: [...controllers] };
  await writeState(dir, started);
  step.update(`${countNodes(off)} starting`);
  const input = JSON.stringify(addons(plan, state.nodes));
  await Promise.all([
    bringUpNodes(dir, state, off),
    clusterHandle(dir, state).kubectl(['apply', '-f', '-'], { input }),
  ]);
  step.update('waiting for DNS');
  await waitForDns(plan);
  return started;
}

/** A node's certificate, which is its kubelet's identity and server certificate at once, and its kubeconfig. */
async function prepareNode(node: NodeSpec, server: string): Promise<void> {
  const pki = join(node.clusterDir, 'pki');
  await ensurePki(pki, [
    {
      name: node.name,
      subject: `CN=system:node:${node.name}, O=system:nodes`,
      usage: ['serverAuth', 'clientAuth'],
      names: [node.name, nodeAddress(node.plan, node.number)],
    },
  ]);
  const file = join(node.clusterDir, `${node.name}.kubeconfig`);
  await writeKubeconfig(file, { name: node.name, server, pki, certificate: node.name });
}

function countNodes({ length }: readonly unknown[]): string {
  return length === 1 ? '1 node' : `${length} nodes`;
}
