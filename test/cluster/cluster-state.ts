import { existsSync, readFileSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ControlPlanePorts, ControlPlaneSpec } from './control-plane-flags.ts';
import { networkPlan } from './network-plan.ts';
import type { NodeSpec } from './node-files.ts';
import type { CachePaths } from './paths.ts';

/** What is remembered of a whole cluster between commands, in `cluster.json` of its folder. */
export interface ClusterState {
  readonly name: string;
  /** Which network plan it has. */
  readonly index: number;
  readonly ports: ControlPlanePorts;
  readonly nodes: number;
  /** Folder of the Kubernetes programs that it runs. */
  readonly bin: string;
  /** Folder of the CNI plugins. */
  readonly cniPlugins: string;
  /** cgroup v2 controllers that were off at the machine's root before. */
  readonly controllers: readonly string[];
  /** Folders of the machine that weren't there before. */
  readonly hostFolders: readonly string[];
}

export function clusterDir(paths: CachePaths, name: string): string {
  return join(paths.clusters, name);
}

export function readState(dir: string): ClusterState | undefined {
  const file = join(dir, 'cluster.json');
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as ClusterState) : undefined;
}

export async function writeState(dir: string, state: ClusterState): Promise<void> {
  await mkdir(dir, { recursive: true });
  const file = join(dir, 'cluster.json');
  await writeFile(`${file}.new`, `${JSON.stringify(state, undefined, 2)}\n`);
  await rename(`${file}.new`, file);
}

export function controlPlaneSpec(dir: string, state: ClusterState): ControlPlaneSpec {
  const plan = networkPlan(state.index);
  const { name, ports } = state;
  return { name, dir, address: plan.gateway, ports, serviceCidr: plan.serviceCidr, podCidr: plan.podCidr };
}

/** The cluster's nodes, `NAME-1` and so on. */
export function nodeSpecs(dir: string, state: ClusterState): NodeSpec[] {
  const plan = networkPlan(state.index);
  return Array.from({ length: state.nodes }, (_, i) => {
    const name = `${state.name}-${i + 1}`;
    const cgroup = `${plan.link}-${i + 1}`;
    const node = { name, number: i + 1, dir: join(dir, 'nodes', name), cgroup, plan };
    return { ...node, clusterDir: dir, cniPlugins: state.cniPlugins };
  });
}

/** Where the archives lie that every node imports when it starts. */
export function imagesDir(dir: string): string {
  return join(dir, 'images');
}
