import { existsSync } from 'node:fs';
import { glob, mkdir, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { contentHash } from '../../constructs/content-hash.ts';
import { run } from '../cluster/command.ts';
import { withLock } from '../cluster/lock.ts';
import { withScratch, writeOciArchive } from '../cluster/oci-archive.ts';
import { cachePaths } from '../cluster/paths.ts';
import { NONROOT } from '../cluster/rootfs.ts';

/** An image of programs that an example of a gang runs. */
export interface GangImage {
  readonly reference: string;
  /** Debian's packages of them; what they depend on comes with them. */
  readonly packages: readonly string[];
}

const SHELL = ['dash', 'coreutils', 'libc-bin'];

export const GANG_TOOLS: GangImage = {
  reference: 'localhost/gang-tools:1',
  packages: [
    ...SHELL,
    ...['openmpi-bin', 'openssh-client', 'openssh-server', 'python3-mpi4py'],
    ...['python3-distributed', 'iperf3'],
  ],
};

/** 260 MB of packages: torch with what it needs only for pictures and graphics cards. */
export const GANG_TORCH: GangImage = { reference: 'localhost/gang-torch:1', packages: [...SHELL, 'python3-torch'] };

/** What no program here needs, and torch's tests and drivers of graphics cards. */
const UNNEEDED = [
  ...['share/doc', 'share/locale', 'share/man', 'lib/libtorch-test'],
  ...['lib/*/dri', 'lib/*/libLLVM*', 'lib/*/mfx'],
];

/**
 * OCI archive of such an image, from the packages of this machine's own Debian or Ubuntu: downloaded by apt-get as if nothing was
 * installed, and unpacked without a container engine. Their install scripts aren't run; what these would do that the programs need is
 * done here.
 */
export async function gangArchive({ reference, packages }: GangImage): Promise<string> {
  const { images } = cachePaths();
  const name = reference.replace(/^.*\/|:.*$/g, '');
  const archive = join(images, `${name}-${contentHash([...packages, UNNEEDED].join())}.tar`);
  if (existsSync(archive)) return archive;
  return withLock(join(images, `.${name}.lock`), async () => {
    if (existsSync(archive)) return archive;
    await mkdir(images, { recursive: true });
    await withScratch(archive, async (scratch) => {
      const rootfs = join(scratch, 'rootfs');
      await layOutFolders(rootfs);
      for (const file of await download(join(scratch, 'apt'), packages)) {
        await run('sh', ['-c', 'dpkg-deb --fsys-tarfile "$0" | tar -x --keep-directory-symlink -C "$1"', file, rootfs]);
      }
      await rm(join(scratch, 'apt'), { recursive: true });
      await run('sh', ['-c', `cd "$0/usr" && rm -rf ${UNNEEDED.join(' ')}`, rootfs]);
      await finish(rootfs);
      const unfinished = join(scratch, 'archive.tar');
      const config = { User: NONROOT, Cmd: ['/bin/sh'], Env: ['PATH=/usr/sbin:/usr/bin'] };
      await writeOciArchive(unfinished, rootfs, { reference, config, scratch });
      await rename(unfinished, archive);
    });
    return archive;
  });
}

/** Folders that packages expect to be links since /usr was merged. */
async function layOutFolders(rootfs: string): Promise<void> {
  for (const folder of ['bin', 'sbin', 'lib', 'lib64']) {
    await mkdir(join(rootfs, 'usr', folder), { recursive: true });
    await symlink(`usr/${folder}`, join(rootfs, folder));
  }
}

async function download(dir: string, packages: readonly string[]): Promise<string[]> {
  const archives = join(dir, 'archives');
  await mkdir(join(archives, 'partial'), { recursive: true });
  await writeFile(join(dir, 'status'), '');
  const options = [
    `Dir::State::status=${join(dir, 'status')}`,
    `Dir::Cache::archives=${archives}`,
    'APT::Sandbox::User=root',
  ];
  await run(
    'apt-get',
    ['install', '-y', '--no-install-recommends', '--download-only', ...options.flatMap((o) => ['-o', o]), ...packages],
    { env: { DEBIAN_FRONTEND: 'noninteractive' } },
  );
  return (await readdir(archives)).filter((name) => name.endsWith('.deb')).map((name) => join(archives, name));
}

/** What install scripts do that the programs need: links of alternatives, the linker's cache, users, empty folders. */
async function finish(rootfs: string): Promise<void> {
  const bin = join(rootfs, 'usr/bin');
  for (const [name, target] of [
    ['mpirun', 'mpirun.openmpi'],
    ['orted', 'orted.openmpi'],
    ['sh', 'dash'],
  ]) {
    if (!existsSync(join(bin, name!)) && existsSync(join(bin, target!))) await symlink(target!, join(bin, name!));
  }
  for (const folder of ['tmp', 'run/sshd', 'proc', 'sys', 'dev', 'etc', 'root']) {
    await mkdir(join(rootfs, folder), { recursive: true });
  }
  await writeFile(
    join(rootfs, 'etc/passwd'),
    'root:x:0:0::/root:/bin/sh\nsshd:x:100:65534::/run/sshd:/usr/sbin/nologin\nrunner:x:65532:65532::/tmp:/bin/sh\n',
  );
  await writeFile(join(rootfs, 'etc/group'), 'root:x:0:\nrunner:x:65532:\n');
  await writeFile(join(rootfs, 'etc/nsswitch.conf'), 'passwd: files\ngroup: files\nhosts: files dns\n');
  // Alternatives of one library, each in a folder of its own.
  const libraries: string[] = [];
  for await (const folder of glob('usr/lib/*/{blas,lapack}', { cwd: rootfs })) libraries.push(`/${folder}\n`);
  await writeFile(join(rootfs, 'etc/ld.so.conf'), libraries.sort().join(''));
  await run('ldconfig', ['-r', rootfs]);
}
