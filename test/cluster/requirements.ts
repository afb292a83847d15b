import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { isBuilt } from './build.ts';
import { ClusterError } from './errors.ts';
import { type GoModule, goModule } from './go-module.ts';
import { requireGo } from './go-toolchain.ts';

/** A package of Debian and Ubuntu that brings what this machine lacks. */
export interface MissingPackage {
  /** What was looked for and not found, such as `runc`. */
  readonly what: string;
  readonly package: string;
}

const PROGRAMS: readonly MissingPackage[] = [
  ...['busybox:busybox-static', 'nft:nftables', 'ip:iproute2', 'runc'],
  ...['containerd', 'ctr:containerd', 'containerd-shim-runc-v2:containerd'],
  ...['flock:util-linux', 'unshare:util-linux', 'nsenter:util-linux'],
].map((entry) => {
  const [what, pkg] = entry.split(':');
  return { what: what!, package: pkg ?? what! };
});

/** Our image stands on a base in a file there, which Docker's builder can't read: a docker on PATH is no help. */
const IMAGE_BUILDERS = ['podman', 'buildah'];
const CNI_PLUGINS = ['ptp', 'host-local', 'loopback'];
const CNI_DIRS = ['/usr/lib/cni', '/opt/cni/bin', '/usr/libexec/cni'];

/** Where a program is on PATH; undefined when it isn't. */
export function findOnPath(program: string, path = process.env.PATH ?? ''): string | undefined {
  return path
    .split(delimiter)
    .filter((dir) => dir !== '')
    .map((dir) => join(dir, program))
    .find(isExecutable);
}

/** The folder with the CNI plugins that the nodes need: of `CNI_PATH` or where distributions put them. */
export function findCniPlugins(dirs: readonly string[] = cniDirs()): string | undefined {
  return dirs.find((dir) => CNI_PLUGINS.every((plugin) => isExecutable(join(dir, plugin))));
}

/** What a whole cluster needs and PATH doesn't have. */
export function missingPackages(path = process.env.PATH ?? ''): MissingPackage[] {
  const missing = PROGRAMS.filter(({ what }) => !findOnPath(what, path));
  if (!findCniPlugins()) missing.push({ what: 'CNI plugins', package: 'containernetworking-plugins' });
  if (!IMAGE_BUILDERS.some((builder) => findOnPath(builder, path))) {
    missing.push({ what: 'podman or buildah', package: 'buildah' });
  }
  return missing;
}

/** One sentence for each thing that keeps this machine from running a bare control plane; none when it can. */
export async function describeMissingForControlPlane(): Promise<string[]> {
  if (process.platform !== 'linux') return [onlyLinux()];
  const tools = PROGRAMS.filter(({ what }) => what === 'flock' && !findOnPath(what));
  return [...tools.map(sentence), ...(await describeMissingGo())];
}

/** One sentence for each thing that keeps this machine from running a whole cluster; none when it can. */
export async function describeMissing(): Promise<string[]> {
  if (process.platform !== 'linux') return [onlyLinux()];
  const sentences = missingPackages().map(sentence);
  if (process.getuid?.() !== 0) sentences.unshift('Nodes with a real kubelet need root: run it with sudo -E.');
  return [...sentences, ...(await describeMissingGo())];
}

function sentence({ what, package: name }: MissingPackage): string {
  return `${what} must be on PATH (package ${name}).`;
}

function onlyLinux(): string {
  return `The local Kubernetes runs on Linux only (this is ${process.platform}).`;
}

/** One sentence when this machine can't build the module and has no build of it; none when it can. */
export async function describeMissingGo(name: GoModule['name'] = 'kubernetes'): Promise<string[]> {
  const module = goModule(name);
  if (isBuilt(module)) return [];
  try {
    await requireGo(module);
    return [];
  } catch (error) {
    if (error instanceof ClusterError) return [`${error.message}.`];
    throw error;
  }
}

function cniDirs(): string[] {
  return [...(process.env.CNI_PATH?.split(delimiter) ?? []), ...CNI_DIRS];
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
