import type { LinkReason } from '../reasons.ts';
import type { PeerState, TargetState } from './input.ts';

export interface LinkEnds {
  readonly from: PeerState;
  /** Undefined for what isn't a peer of the group. */
  readonly to: PeerState | undefined;
  /** Last reply on this link, milliseconds since the epoch; undefined when there was none. */
  readonly lastReply?: number | undefined;
  readonly now: number;
  /** How long a name may resolve to the address of a former pod, in milliseconds. */
  readonly dnsTtlMs: number;
}

/** Why a link between these two may be down; undefined if nothing about them explains it. */
export function churnOf({ from, to, lastReply, now, dnsTtlMs }: LinkEnds): LinkReason | undefined {
  const ends = to === undefined ? [from] : [to, from];
  const failed = ends.flatMap(({ pod }) => (pod?.node?.ready === false ? [pod.node] : []));
  if (failed.some(({ leaving }) => !leaving)) return 'NodeFailed';
  if (failed.length > 0) return 'NodeLeaving';
  if (ends.some(({ pod }) => pod?.terminating)) return 'Terminating';
  if (ends.some(isStarting)) return 'Starting';
  if (to?.pod !== undefined && from.pod?.tls !== to.pod.tls) return 'Rollout';
  if (ends.some(({ pod }) => pod?.ready === false)) return 'NotReady';
  const isYoung = ({ pod }: PeerState) => pod !== undefined && !pod.hasRestarted && now - pod.readySince < dnsTtlMs;
  // A link counts from its first reply, whatever the age of its pods; a reply from a previous pod of that name does not count.
  const replied = (since: number) => lastReply !== undefined && lastReply >= since;
  if (to?.pod && isYoung(to) && !replied(to.pod.readySince)) return 'StaleAddress';
  if (isYoung(from) && lastReply === undefined) return 'Starting';
  if (ends.some(({ pod }) => pod?.node?.cordoned)) return 'Cordoned';
  return undefined;
}

/** Why a link to another group may be down: the reason of one of its pods, if there is a reason for each of them. */
export function targetChurnOf(
  ends: Omit<LinkEnds, 'to'>,
  { pods, isScaledToZero }: TargetState,
): LinkReason | undefined {
  const own = churnOf({ ...ends, to: undefined });
  if (own !== undefined) return own;
  if (isScaledToZero) return 'ScaledToZero';
  const tls = ends.from.pod?.tls ?? '';
  const causes = pods.map((pod) =>
    churnOf({ ...ends, to: { pod: { ...pod, tls }, summary: undefined, fresh: false, current: false } }),
  );
  return causes.includes(undefined) ? undefined : causes[0];
}

/** Does not exist yet, or has never been ready. */
function isStarting({ pod }: PeerState): boolean {
  return pod === undefined || (!pod.ready && !pod.hasBeenReady && !pod.hasRestarted);
}
