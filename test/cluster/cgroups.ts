import { existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, readdir, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ClusterError } from './errors.ts';

/** Where the kernel's control groups are mounted. */
export const CGROUPS = '/sys/fs/cgroup';

/** What the kubelet insists on; of huge pages only where the kernel has them (its getSupportedUnifiedControllers). */
const NEEDED = ['cpu', 'cpuset', 'memory', 'pids'];
const WANTED = [...NEEDED, 'hugetlb'];
const REMOVE_TIMEOUT_MS = 10_000;

/** cgroup v2 has one hierarchy that lists its controllers at the root; v1 has a folder for each controller. */
export function cgroupVersion(root = CGROUPS): 1 | 2 {
  return existsSync(join(root, 'cgroup.controllers')) ? 2 : 1;
}

/**
 * Makes the control group that becomes a kubelet's `cgroupRoot`.
 *
 * v1: the kubelet demands it in every hierarchy, and a cpuset is useless until it has CPUs and memory nodes.
 * v2: the controllers that the kubelet needs are handed down to it; its root then hands them to the pods.
 *
 * @returns the controllers that had to be switched on at the machine's root, for `restoreControllers`
 */
export async function createNodeCgroup(name: string, root = CGROUPS): Promise<readonly string[]> {
  if (cgroupVersion(root) === 2) return createUnified(name, root);
  for (const hierarchy of hierarchies(root)) {
    const dir = join(root, hierarchy, name);
    await mkdir(dir, { recursive: true });
    if (!hierarchy.split(',').includes('cpuset')) continue;
    for (const file of ['cpuset.cpus', 'cpuset.mems']) {
      await writeFile(join(dir, file), readFileSync(join(root, hierarchy, file), 'utf8').trim());
    }
  }
  return [];
}

/** Removes a node's control groups; its processes must be gone, and the kernel may take a moment to notice. */
export async function removeNodeCgroup(name: string, root = CGROUPS): Promise<void> {
  // Beside v1's hierarchies, runc makes its groups in the empty v2 hierarchy too.
  const parents = cgroupVersion(root) === 2 ? [''] : [...hierarchies(root), 'unified'];
  const dirs = parents.map((parent) => join(root, parent, name));
  const deadline = performance.now() + REMOVE_TIMEOUT_MS;
  while (dirs.some((dir) => existsSync(dir))) {
    for (const dir of dirs) await removeTree(dir);
    if (performance.now() > deadline) {
      throw new ClusterError('ERR_IN_USE', `Control group ${name} still holds processes: see ${dirs[0]}/cgroup.procs`);
    }
    await sleep(50);
  }
}

/** Switches controllers off again at the machine's root, where nobody else uses them by now. */
export async function restoreControllers(controllers: readonly string[], root = CGROUPS): Promise<void> {
  for (const controller of controllers) {
    await writeFile(join(root, 'cgroup.subtree_control'), `-${controller}`).catch(() => {}); // in use by others: theirs
  }
}

/**
 * Decides what has to be switched on for a kubelet below a cgroup v2 root, from its two files.
 *
 * @returns the controllers to hand down, and those of them that the root doesn't hand down yet
 * @throws ClusterError ERR_REQUIREMENTS naming the controllers that the kernel doesn't have there
 */
export function unifiedControllers(available: string, enabled: string): { use: string[]; switchOn: string[] } {
  const words = (text: string) => text.trim().split(/\s+/);
  const lacking = NEEDED.filter((name) => !words(available).includes(name));
  if (lacking.length > 0) {
    throw new ClusterError(
      'ERR_REQUIREMENTS',
      `Nodes need the cgroup v2 controllers ${lacking.join(', ')}: enable them`,
    );
  }
  const use = WANTED.filter((name) => words(available).includes(name));
  return { use, switchOn: use.filter((name) => !words(enabled).includes(name)) };
}

async function createUnified(name: string, root: string): Promise<readonly string[]> {
  const read = (file: string) => readFileSync(join(root, file), 'utf8');
  const { use, switchOn } = unifiedControllers(read('cgroup.controllers'), read('cgroup.subtree_control'));
  const handDown = use.map((controller) => `+${controller}`).join(' ');
  await writeFile(join(root, 'cgroup.subtree_control'), handDown);
  await mkdir(join(root, name), { recursive: true });
  await writeFile(join(root, name, 'cgroup.subtree_control'), handDown);
  return switchOn;
}

/** v1 hierarchies with a controller; `unified` is v2's own, and links are second names. */
function hierarchies(root: string): string[] {
  return readdirSync(root).filter((name) => name !== 'unified' && lstatSync(join(root, name)).isDirectory());
}

async function removeTree(dir: string): Promise<void> {
  if (!existsSync(dir)) return;
  for (const entry of await readdir(dir, { withFileTypes: true })) {
    if (entry.isDirectory()) await removeTree(join(dir, entry.name));
  }
  await rmdir(dir).catch(() => {}); // still busy: the caller comes back
}
