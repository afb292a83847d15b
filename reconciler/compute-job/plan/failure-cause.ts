/** What is known of a node of a gang, in milliseconds on our own clock. */
export interface NodeSigns {
  /** Since its Lease was renewed for the last time, and for the last but one; undefined: not since we have looked. */
  readonly renewals: readonly [last: number | undefined, previous: number | undefined];
  /** Whether it has a Lease at all. */
  readonly hasLease: boolean;
  /** Since it was seen to have booted anew; undefined: it wasn't. */
  readonly rebootedMs?: number;
  /** The taint that it has, or will have, for being away, and for how long it has been; undefined: it is ready, or gone. */
  readonly away?: { readonly taint: string; readonly forMs: number };
}

/** A kubelet that has just started renews its Lease before it reports what became of its pods. */
const SETTLE_MS = 3_000;
/** A node that booted so shortly before a failure was seen is its cause. */
const REBOOT_MS = 60_000;

export type FailureCause =
  | { readonly type: 'Program' }
  | { readonly type: 'Reboot'; readonly node: string }
  /** A node may be dead: programs notice that before the cluster does. */
  | { readonly type: 'Unknown'; readonly node: string };

/**
 * Whose fault it is that a pod of a gang has failed: the program's only once all nodes of the gang have shown after it that they are
 * alive. Kubelets renew their Leases every 10 s; a node that doesn't any more turns Failed, and that ends the gang.
 *
 * Pure.
 *
 * @param failedMs since we saw the failure
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
