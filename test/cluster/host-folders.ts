import { existsSync } from 'node:fs';
import { rmdir } from 'node:fs/promises';
import { run } from './command.ts';

const NAMESPACES = '/run/netns'; // of ip-netns(8)

/** Paths that kubelet, containerd and CNI have hard coded; nodes mount folders of their own over them. */
const HARD_CODED = [
  '/var/lib/kubelet',
  '/var/log/pods',
  '/var/log/containers',
  '/var/lib/cni',
  '/run/containerd',
  NAMESPACES,
];

/** Those that this machine doesn't have yet, so that a node's start will make them. */
export function absentHostFolders(): string[] {
  return HARD_CODED.filter((folder) => !existsSync(folder));
}

/** Removes folders that a cluster made, where they are empty; no other cluster may be running on this machine. */
export async function removeHostFolders(folders: readonly string[]): Promise<void> {
  // `ip netns add` has mounted this one on itself.
  if (folders.includes(NAMESPACES)) await run('umount', [NAMESPACES]).catch(() => {});
  for (const folder of folders) await rmdir(folder).catch(() => {}); // in use by others: theirs
}
