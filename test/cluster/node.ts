import { readFileSync, readlinkSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { run } from './command.ts';
import { Daemon } from './daemon.ts';
import { ClusterError } from './errors.ts';
import { plugIn } from './host-network.ts';
import { fullReference } from './image-reference.ts';
import { MAX_NODES, nodeAddress, nodePodCidr } from './network-plan.ts';
import { type NodeSpec, nodeFiles } from './node-files.ts';
import { identify, isAlive, type ProcessIdentity } from './process-identity.ts';

const INIT = join(import.meta.dirname, 'node-init.sh');
const START_TIMEOUT_MS = 10_000;
const STOP_TIMEOUT_MS = 30_000;
const NAMESPACES = ['--mount', '--net', '--pid', '--uts', '--ipc'];

/** Powers a node on: its own namespaces, containerd, kubelet, kube-proxy. Returns before it is Ready. */
export async function powerOn(node: NodeSpec, bin: string, images: string): Promise<void> {
  for (const [name, content] of Object.entries(nodeFiles(node))) {
    await mkdir(dirname(join(node.dir, name)), { recursive: true });
    await writeFile(join(node.dir, name), content);
  }
  const others = Array.from({ length: MAX_NODES }, (_, i) => i + 1).filter((number) => number !== node.number);
  const daemon = power(node);
  await daemon.start('unshare', [...NAMESPACES, '--fork', '--kill-child', '--mount-proc', INIT], {
    NAME: node.name,
    ADDRESS: nodeAddress(node.plan, node.number),
    GATEWAY: node.plan.gateway,
    ROUTES: others.map((n) => `${nodePodCidr(node.plan, n)},${nodeAddress(node.plan, n)}`).join(' '),
    DIR: node.dir,
    BIN: bin,
    KUBECONFIG_FILE: join(node.clusterDir, `${node.name}.kubeconfig`),
    IMAGES: images,
  });
  const init = await waitForInit(daemon);
  await plugIn(node.plan, node.number, init.pid);
}

/** Whether the node has power; says nothing about Ready. */
export function isOn(node: NodeSpec): boolean {
  return power(node).process !== undefined;
}

/** Pulls the plug: every process of the node is killed at once, and its mounts and network end with them. */
export async function powerOff(node: NodeSpec): Promise<void> {
  const daemon = power(node);
  const init = daemon.process && childOf(daemon.process);
  await daemon.stop('SIGKILL'); // --kill-child: the init dies with it, and with the init the pid namespace
  const deadline = performance.now() + STOP_TIMEOUT_MS;
  while (init && isAlive(init)) {
    if (performance.now() > deadline) {
      throw new ClusterError('ERR_NOT_READY', `Node ${node.name} does not end (its init is process ${init.pid})`);
    }
    await sleep(20);
  }
}

/**
 * Imports an image archive into a running node and makes sure that its names are there: ctr may import nothing and
 * report success.
 */
export async function importImage(node: NodeSpec, archive: string, references: readonly string[]): Promise<void> {
  const daemon = power(node);
  const init = daemon.process && childOf(daemon.process);
  if (!init) throw new ClusterError('ERR_NOT_RUNNING', `Node ${node.name} is off: start it first`);
  const ctr = (...args: string[]) =>
    run('nsenter', [`--target=${init.pid}`, '--mount', 'ctr', '-n', 'k8s.io', 'images', ...args]);
  await ctr('import', archive);
  const present = new Set((await ctr('list', '--quiet')).split('\n'));
  const missing = references.filter((reference) => !present.has(fullReference(reference)));
  if (missing.length > 0) {
    throw new ClusterError('ERR_IMAGE', `${archive} did not bring ${missing.join(', ')} to node ${node.name}`);
  }
  await writeFile(join(node.dir, 'imported', basename(archive)), ''); // the init's note that it need not do it again
}

function power(node: NodeSpec): Daemon {
  return new Daemon(node.dir, 'power');
}

/** The node's PID 1, once it is in a network namespace of its own. */
async function waitForInit(daemon: Daemon): Promise<ProcessIdentity> {
  const hostNamespace = readlinkSync('/proc/self/ns/net');
  const deadline = performance.now() + START_TIMEOUT_MS;
  while (performance.now() < deadline) {
    daemon.assertAlive();
    const init = childOf(daemon.process!);
    if (init && readlinkSync(`/proc/${init.pid}/ns/net`) !== hostNamespace) return init;
    await sleep(20);
  }
  throw new ClusterError(
    'ERR_NOT_READY',
    `The node's init did not start; the end of ${daemon.log}:\n${daemon.logTail()}`,
  );
}

function childOf({ pid }: ProcessIdentity): ProcessIdentity | undefined {
  try {
    const [child] = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ');
    return child ? identify(Number(child)) : undefined;
  } catch {
    return undefined; // it has just ended
  }
}
