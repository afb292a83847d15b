import { copyFile, link, mkdir, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { contentHash } from '../../constructs/content-hash.ts';
import { type ClusterState, clusterDir, controlPlaneSpec, imagesDir, nodeSpecs, readState } from './cluster-state.ts';
import { type ControlPlane, controlPlaneHandle } from './control-plane.ts';
import { Daemon } from './daemon.ts';
import { ClusterError } from './errors.ts';
import { type Cut, dropTraffic, restoreTraffic } from './faults.ts';
import { referencesIn } from './image-reference.ts';
import { networkPlan } from './network-plan.ts';
import { importImage, isOn, powerOff } from './node.ts';
import type { NodeSpec } from './node-files.ts';
import { bringUpNodes } from './node-readiness.ts';
import { cachePaths } from './paths.ts';
import { stopCluster } from './stop-cluster.ts';

/** A Kubernetes with real nodes, each with containerd, kubelet and kube-proxy in namespaces of its own. */
export interface Cluster extends ControlPlane {
  /** Names of its nodes: `NAME-1` and so on. */
  readonly nodes: readonly string[];
  /**
   * Brings an image archive (OCI, or of `docker save`) to every node, and to those that start later.
   *
   * @returns the images' full names
   */
  load(archive: string): Promise<readonly string[]>;
  /**
   * Drops all traffic between two nodes, pods included; one way: only what `a` sends to `b`; with a port: only what is sent
   * to it, as a NetworkPolicy would.
   */
  cut(a: string, b: string, options?: { readonly oneWay?: boolean; readonly port?: number }): Promise<void>;
  /** Undoes every cut. */
  heal(): Promise<void>;
  /** Pulls a node's plug. */
  killNode(name: string): Promise<void>;
  /** Powers a killed node on again and waits until it is Ready. */
  startNode(name: string): Promise<void>;
  /**
   * Ends everything that runs and leaves the machine as it was.
   *
   * @param options.wipe false keeps the cluster's state for a warm start. @default true
   */
  stop(options?: { readonly wipe?: boolean }): Promise<void>;
}

/** The running whole cluster of that name; undefined when none is. */
export function findCluster(name: string): Cluster | undefined {
  const dir = clusterDir(cachePaths(), name);
  const state = readState(dir);
  return state && new Daemon(dir, 'kube-apiserver').process ? clusterHandle(dir, state) : undefined;
}

/** The handle of a cluster that was started from this state. */
export function clusterHandle(dir: string, state: ClusterState): Cluster {
  const plan = networkPlan(state.index);
  const nodes = nodeSpecs(dir, state);
  const find = (name: string): NodeSpec => {
    const node = nodes.find((candidate) => candidate.name === name);
    if (node) return node;
    const names = nodes.map((candidate) => candidate.name).join(', ');
    throw new ClusterError('ERR_NO_SUCH_NODE', `There is no node ${name}: cluster ${state.name} has ${names}`);
  };
  const stop = async (options: { readonly wipe?: boolean } = {}) => {
    await stopCluster(state.name, options);
  };
  return {
    ...controlPlaneHandle(controlPlaneSpec(dir, state), { kubectl: join(state.bin, 'kubectl') }, stop),
    stop,
    nodes: nodes.map((node) => node.name),
    load: (archive) => load(dir, nodeSpecs(dir, readState(dir) ?? state), archive), // nodes may have been added since
    cut: async (a, b, { oneWay = false, port } = {}) => {
      const there: Cut = { from: find(a).number, to: find(b).number, port };
      await dropTraffic(plan, oneWay ? [there] : [there, { from: there.to, to: there.from, port }]);
    },
    heal: () => restoreTraffic(plan),
    killNode: (name) => powerOff(find(name)),
    startNode: async (name) => {
      const node = find(name);
      if (!isOn(node)) await bringUpNodes(dir, state, [node]);
    },
  };
}

/** Puts an archive where starting nodes look for it, under a name that a newer one of the same key replaces. */
async function shelve(dir: string, archive: string, key: string): Promise<string> {
  await mkdir(imagesDir(dir), { recursive: true });
  const shelved = join(imagesDir(dir), `${key}.tar`);
  await rm(`${shelved}.new`, { force: true });
  await copyFile(archive, `${shelved}.new`);
  await rename(`${shelved}.new`, shelved);
  return shelved;
}

/** The same for archives of the cache, whose name is their content: no copy is needed. */
export async function shelveCached(dir: string, archive: string): Promise<void> {
  await mkdir(imagesDir(dir), { recursive: true });
  const shelved = join(imagesDir(dir), basename(archive));
  await rm(shelved, { force: true });
  await link(archive, shelved);
}

async function load(dir: string, nodes: readonly NodeSpec[], archive: string): Promise<readonly string[]> {
  const references = await referencesIn(archive);
  const shelved = await shelve(dir, archive, contentHash(references.join()));
  await Promise.all(nodes.filter(isOn).map((node) => importImage(node, shelved, references)));
  return references;
}
