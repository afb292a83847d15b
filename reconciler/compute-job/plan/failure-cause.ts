import type { NodeSigns } from '../../compute-node/node-signs.ts';

/** A kubelet that has just started renews its Lease before it reports the state of its pods. */
const SETTLE_MS = 3_000;
/** A reboot within this time before a failure is its cause. */
const REBOOT_MS = 60_000;

export type FailureCause =
  | { readonly type: 'Program' }
  | { readonly type: 'Reboot'; readonly node: string }
  /** A node may be dead: programs notice this before the cluster does. */
  | { readonly type: 'Unknown'; readonly node: string };

/**
 * What caused the failure of a pod of a gang: the program, once all nodes of the gang have shown after the failure that they are
 * alive. Kubelets renew their Leases every 10 s; a node that no longer does becomes Failed, which ends the gang.
 *
 * Pure.
 *
 * @param failedMs milliseconds since the failure was observed
 */
export function failureCause(
  failedMs: number,
  nodes: readonly string[],
  signsOf: (node: string) => NodeSigns,
): FailureCause {
  if (nodes.length < 2) return { type: 'Program' };
  const rebooted = nodes.find((node) => (signsOf(node).rebootedMs ?? Number.POSITIVE_INFINITY) <= failedMs + REBOOT_MS);
  if (rebooted !== undefined) return { type: 'Reboot', node: rebooted };
  const silent = nodes.find((node) => !isAlive(failedMs, signsOf(node)));
  return silent === undefined ? { type: 'Program' } : { type: 'Unknown', node: silent };
}

function isAlive(failedMs: number, { hasLease, renewals: [last, previous] }: NodeSigns): boolean {
  if (!hasLease) return true;
  const after = (ms: number | undefined): ms is number => ms !== undefined && ms < failedMs;
  return after(previous) || (after(last) && last >= SETTLE_MS);
}
