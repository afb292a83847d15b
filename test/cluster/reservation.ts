import { type ClusterState, readState, writeState } from './cluster-state.ts';
import type { ControlPlanePorts } from './control-plane-flags.ts';
import { stopControlPlaneProcesses } from './control-plane-processes.ts';
import { Daemon } from './daemon.ts';
import { ClusterError } from './errors.ts';
import { absentHostFolders } from './host-folders.ts';
import { createNetwork, NETWORK_LOCK, networkExists, usedNetworks } from './host-network.ts';
import { withLock } from './lock.ts';
import { assertUsable, chooseNetwork, networkPlan } from './network-plan.ts';
import { freePorts, isFree } from './ports.ts';
import { findCniPlugins } from './requirements.ts';

/** What a cluster is to have on this machine, and a sentence when it isn't what its name asks for first. */
export interface Reservation {
  readonly state: ClusterState;
  readonly note?: string;
}

type Wanted = Pick<ClusterState, 'name' | 'nodes' | 'bin'>;

const API_SERVER_PORT = 6443;

/**
 * Decides on a cluster's network and ports, writes that down, and makes the network. A cluster that is known keeps its
 * network and its API server's address, which kubeconfigs name.
 *
 * @throws ClusterError ERR_NO_FREE_RANGE, or ERR_IN_USE when somebody else has what a known cluster needs
 */
export async function reserve(dir: string, wanted: Wanted): Promise<Reservation> {
  const known = readState(dir);
  if (known && new Daemon(dir, 'kube-apiserver').process) {
    const state = { ...known, nodes: Math.max(known.nodes, wanted.nodes) };
    await writeState(dir, state);
    return { state };
  }
  return withLock(NETWORK_LOCK, () => (known ? reopen(dir, known, wanted) : found(dir, wanted)));
}

async function found(dir: string, wanted: Wanted): Promise<Reservation> {
  const { ranges, links } = await usedNetworks();
  const { plan, note } = chooseNetwork(wanted.name, ranges, links);
  const state: ClusterState = {
    ...wanted,
    index: plan.index,
    ports: await choosePorts(API_SERVER_PORT),
    cniPlugins: findCniPlugins()!,
    controllers: [],
    hostFolders: absentHostFolders(),
  };
  await writeState(dir, state); // first: whoever is killed now leaves a note of what a stop has to remove
  await createNetwork(plan);
  if (await isFree(API_SERVER_PORT, plan.gateway)) return { state, note };
  // Somebody listens there on every address of this machine.
  const [apiServer] = await freePorts(1);
  const moved = { ...state, ports: { ...state.ports, apiServer: apiServer! } };
  await writeState(dir, moved);
  return { state: moved, note };
}

async function reopen(dir: string, known: ClusterState, wanted: Wanted): Promise<Reservation> {
  await stopControlPlaneProcesses(dir); // what a control plane that lost its API server has left
  const plan = networkPlan(known.index);
  const hasNetwork = await networkExists(plan);
  if (!hasNetwork) {
    const { ranges, links } = await usedNetworks();
    assertUsable(plan, ranges, links);
  }
  const state: ClusterState = {
    ...known,
    ...wanted,
    nodes: Math.max(known.nodes, wanted.nodes),
    ports: await choosePorts(known.ports.apiServer),
    cniPlugins: findCniPlugins()!,
    hostFolders: [...new Set([...known.hostFolders, ...absentHostFolders()])],
  };
  await writeState(dir, state);
  if (!hasNetwork) await createNetwork(plan);
  if (await isFree(state.ports.apiServer, plan.gateway)) return { state };
  const port = `port ${state.ports.apiServer}, where cluster ${state.name} has its API server`;
  throw new ClusterError('ERR_IN_USE', `Another program listens on ${port}: stop it, or remove the cluster`);
}

async function choosePorts(apiServer: number): Promise<ControlPlanePorts> {
  const [etcd, etcdPeer, controllerManager, scheduler, kwok] = (await freePorts(5)) as Five;
  return { apiServer, etcd, etcdPeer, controllerManager, scheduler, kwok };
}

type Five = [number, number, number, number, number];
