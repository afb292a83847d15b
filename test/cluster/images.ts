import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { contentHash } from '../../constructs/content-hash.ts';
import { ensureModule } from './build.ts';
import { run } from './command.ts';
import { ClusterError } from './errors.ts';
import { goModule, prometheusVersion, requiredVersion } from './go-module.ts';
import { withLock } from './lock.ts';
import { type ImageConfig, sha256OfFile, withScratch, writeOciArchive } from './oci-archive.ts';
import { type CachePaths, cachePaths } from './paths.ts';
import { inStep, type Progress } from './progress.ts';
import { findOnPath } from './requirements.ts';
import { layOut, NONROOT, type RootfsFile, withLibraries } from './rootfs.ts';

/** Images that are made from files of this machine; nothing is pulled. */
export const PAUSE_IMAGE = 'localhost/pause:1';
export const COREDNS_IMAGE = `localhost/coredns:${requiredVersion(goModule('coredns').dir, 'github.com/coredns/coredns').slice(1)}`;
/** busybox under the name by which jobs have it unless they say otherwise: nodes here can pull nothing. */
export const BUSYBOX_IMAGE = 'docker.io/library/busybox:1.37';
/** Prometheus under the name of its official image, for the same reason. */
export const PROMETHEUS_IMAGE = `docker.io/prom/prometheus:${prometheusVersion()}`;
export const NODE_BASE_IMAGE = 'localhost/rollcall-node-base:24';

/** The user of the official Prometheus image. */
const NOBODY = '65534:65534';

interface ImageSpec {
  readonly reference: string;
  readonly files: readonly RootfsFile[];
  readonly links?: Readonly<Record<string, string>>;
  readonly config: ImageConfig;
}

/** OCI archives of what every node needs: pause, CoreDNS, and busybox for jobs that want a shell. */
export async function ensureNodeImages(progress: Progress, paths: CachePaths = cachePaths()): Promise<string[]> {
  const pause = join(await ensureModule('pause', progress, paths), 'pause');
  const coredns = join(await ensureModule('coredns', progress, paths), 'coredns');
  return [
    await ensureArchive(program(PAUSE_IMAGE, '/pause', pause, '65535:65535'), progress, paths),
    await ensureArchive(program(COREDNS_IMAGE, '/coredns', coredns, NONROOT), progress, paths),
    await ensureArchive(await busybox(), progress, paths),
  ];
}

/**
 * OCI archive of the base for the Rollcall image: the Node that runs this very code, which is the project's pinned one,
 * with its libraries at /usr/local/bin/node. No shell, no package manager, user 65532.
 */
export async function nodeBaseArchive(progress: Progress, paths: CachePaths = cachePaths()): Promise<string> {
  const files = await withLibraries({ source: process.execPath, target: '/usr/local/bin/node' });
  const config = { User: NONROOT, Entrypoint: ['/usr/local/bin/node'], Env: ['PATH=/usr/local/bin'] };
  return ensureArchive({ reference: NODE_BASE_IMAGE, files, config }, progress, paths);
}

/** OCI archive of Prometheus, with the programs where the official image has them; without the pages that show it to people. */
export async function prometheusArchive(progress: Progress, paths: CachePaths = cachePaths()): Promise<string> {
  const files: RootfsFile[] = [];
  for (const name of ['prometheus', 'promtool'] as const) {
    files.push({ source: join(await ensureModule(name, progress, paths), name), target: `/bin/${name}` });
  }
  const config = { User: NOBODY, Entrypoint: ['/bin/prometheus'], Env: ['PATH=/bin'] };
  return ensureArchive({ reference: PROMETHEUS_IMAGE, files, config }, progress, paths);
}

/** OCI archive of one static program and nothing else, as what the image runs. */
export async function ensureProgramArchive(
  { reference, source, target }: { readonly reference: string } & RootfsFile,
  progress: Progress,
  paths: CachePaths = cachePaths(),
): Promise<string> {
  return ensureArchive(program(reference, target, source, NONROOT), progress, paths);
}

function program(reference: string, target: string, source: string, user: string): ImageSpec {
  return { reference, files: [{ source, target }], config: { User: user, Entrypoint: [target] } };
}

async function busybox(): Promise<ImageSpec> {
  const source = findOnPath('busybox');
  if (!source) throw new ClusterError('ERR_TOOL_MISSING', 'busybox must be on PATH (package busybox-static)');
  const applets = (await run(source, ['--list'])).trim().split('\n');
  return {
    reference: BUSYBOX_IMAGE,
    files: await withLibraries({ source, target: '/bin/busybox' }),
    links: Object.fromEntries(applets.filter((name) => name !== 'busybox').map((name) => [`/bin/${name}`, 'busybox'])),
    config: { User: NONROOT, Cmd: ['/bin/sh'], Env: ['PATH=/bin'] },
  };
}

async function ensureArchive(spec: ImageSpec, progress: Progress, paths: CachePaths): Promise<string> {
  const name = spec.reference.replace(/^localhost\//, '').replaceAll(/[^\w.-]/g, '-');
  const archive = join(paths.images, `${name}-${await imageKey(spec)}.tar`);
  if (existsSync(archive)) return archive;
  return inStep(progress, `Packing image ${spec.reference}`, () =>
    withLock(join(paths.images, '.lock'), async () => {
      if (!existsSync(archive)) await pack(spec, archive);
      await removeOlder(paths.images, name, archive);
      return archive;
    }),
  );
}

async function pack(spec: ImageSpec, archive: string): Promise<void> {
  await mkdir(join(archive, '..'), { recursive: true });
  await withScratch(archive, async (scratch) => {
    const rootfs = join(scratch, 'rootfs');
    await layOut(rootfs, spec.files, spec.links);
    const unfinished = join(scratch, 'archive.tar');
    await writeOciArchive(unfinished, rootfs, { reference: spec.reference, config: spec.config, scratch });
    await rename(unfinished, archive);
  });
}

/** The same files, links and configuration give the same key. */
async function imageKey({ reference, files, links = {}, config }: ImageSpec): Promise<string> {
  const digests = await Promise.all(files.map(async ({ source, target }) => [target, await sha256OfFile(source)]));
  return contentHash(JSON.stringify([reference, digests, links, config]));
}

/** A new archive replaces those of the same image: they are large, and nothing asks for them again. */
async function removeOlder(dir: string, name: string, keep: string): Promise<void> {
  for (const entry of await readdir(dir)) {
    const file = join(dir, entry);
    if (entry.startsWith(`${name}-`) && file !== keep) await rm(file, { recursive: true, force: true });
  }
}
