import { NOT_READY_TAINT, UNREACHABLE_TAINT } from '../node-resources/taints.ts';

/** Signs of life of a node, in milliseconds by our own clock. */
export interface NodeSigns {
  /** Since its last two Lease renewals; undefined: none was observed yet. */
  readonly renewals: readonly [last: number | undefined, previous: number | undefined];
  /** Whether it has a Lease at all. */
  readonly hasLease: boolean;
  /** Since a reboot was observed; undefined: none was. */
  readonly rebootedMs?: number;
  /** The taint that it has, or will have, because it is unavailable, and for how long it has been; undefined: it is ready or deleted. */
  readonly unavailable?: { readonly taint: string; readonly forMs: number };
}

/** What the clocks of a node say now; ages in milliseconds. */
export interface NodeClocks {
  /** Status of its condition Ready; undefined: there is no such Node. */
  readonly ready: string | undefined;
  /** Age of that status. */
  readonly readyMs: number;
  /** Age of the last Lease renewal; undefined: it has no Lease. */
  readonly leaseMs: number | undefined;
  readonly renewals: NodeSigns['renewals'] | undefined;
  readonly rebootedMs: number | undefined;
}

/** Pure. */
export function nodeSigns({ ready, readyMs, leaseMs, renewals, rebootedMs }: NodeClocks): NodeSigns {
  const unavailable = unavailableFor(ready, readyMs, leaseMs);
  return {
    hasLease: renewals !== undefined,
    renewals: renewals ?? [undefined, undefined],
    ...(rebootedMs !== undefined && { rebootedMs }),
    ...(unavailable && { unavailable }),
  };
}

/** By its condition Ready; a kubelet that doesn't renew its Lease will be found Unknown. */
function unavailableFor(ready: string | undefined, readyMs: number, leaseMs: number | undefined) {
  if (ready === undefined) return undefined;
  if (ready !== 'True') return { taint: ready === 'False' ? NOT_READY_TAINT : UNREACHABLE_TAINT, forMs: readyMs };
  return leaseMs === undefined ? undefined : { taint: UNREACHABLE_TAINT, forMs: leaseMs };
}
