import { rm } from 'node:fs/promises';
import { removeNodeCgroup, restoreControllers } from './cgroups.ts';
import { clusterDir, nodeSpecs, readState } from './cluster-state.ts';
import { stopControlPlaneProcesses } from './control-plane-processes.ts';
import { removeHostFolders } from './host-folders.ts';
import { NETWORK_LOCK, removeNetwork, usedNetworks } from './host-network.ts';
import { keepAuditLogs } from './kept-audit-logs.ts';
import { withLock } from './lock.ts';
import { networkPlan } from './network-plan.ts';
import { powerOff } from './node.ts';
import { cachePaths } from './paths.ts';

/**
 * Ends everything of a whole cluster, also of one that started only in part, and leaves the machine as it was.
 *
 * @param options.wipe false keeps the cluster's state for a warm start. @default true
 * @returns whether there was such a cluster
 */
export async function stopCluster(name: string, { wipe = true }: { readonly wipe?: boolean } = {}): Promise<boolean> {
  const dir = clusterDir(cachePaths(), name);
  return withLock(`${dir}.lock`, async () => {
    const state = readState(dir);
    if (!state) return false;
    const nodes = nodeSpecs(dir, state);
    await Promise.all(nodes.map(powerOff));
    await stopControlPlaneProcesses(dir);
    await keepAuditLogs(dir);
    await Promise.all(nodes.map((node) => removeNodeCgroup(node.cgroup)));
    await restoreControllers(state.controllers);
    await withLock(NETWORK_LOCK, async () => {
      await removeNetwork(networkPlan(state.index));
      const { links } = await usedNetworks();
      const isLast = ![...links].some((link) => /^rollcall\d+$/.test(link));
      if (isLast) await removeHostFolders(state.hostFolders);
    });
    if (wipe) await rm(dir, { recursive: true, force: true });
    return true;
  });
}
