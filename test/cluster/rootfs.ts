import { existsSync } from 'node:fs';
import { chmod, copyFile, mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { run } from './command.ts';

/** A file of this machine and where it goes in an image. */
export interface RootfsFile {
  readonly source: string;
  /** Absolute path in the image. */
  readonly target: string;
}

/** The user that every image's program runs as, unless it says otherwise. */
export const NONROOT = '65532:65532';

/**
 * A binary and the shared libraries that ldd names for it, each at the path where the loader looks for it. A static
 * binary has none.
 */
export async function withLibraries(file: RootfsFile): Promise<RootfsFile[]> {
  const listing = await run('ldd', [file.source]).catch(() => ''); // ldd fails for a static binary
  const libraries = [...listing.matchAll(/(\/\S+)(?= \(0x)/g)].map((match) => match[1]!);
  return [file, ...libraries.map((path) => ({ source: path, target: path }))];
}

/** Lays out an image's root: users root and nonroot, /tmp for everybody, the files, and links from name to target. */
export async function layOut(
  root: string,
  files: readonly RootfsFile[],
  links: Readonly<Record<string, string>> = {},
): Promise<void> {
  for (const dir of ['etc', 'tmp', 'proc', 'sys', 'dev']) await mkdir(join(root, dir), { recursive: true });
  await chmod(join(root, 'tmp'), 0o1777);
  await writeFile(join(root, 'etc/passwd'), 'root:x:0:0::/:/bin/sh\nnonroot:x:65532:65532::/:/bin/sh\n');
  await writeFile(join(root, 'etc/group'), 'root:x:0:\nnonroot:x:65532:\n');
  await writeFile(join(root, 'etc/nsswitch.conf'), 'hosts: files dns\n');
  for (const { source, target } of files) {
    const path = join(root, target);
    await mkdir(dirname(path), { recursive: true });
    await copyFile(source, path); // follows links: the file itself is what the image needs
    await chmod(path, 0o755);
  }
  for (const [path, target] of Object.entries(links)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    if (!existsSync(join(root, path))) await symlink(target, join(root, path));
  }
}
