import type { MissingTarget } from '../../../constructs/external-targets.ts';
import type { PeerSelection } from '../../../server/protocol/peer-selection.ts';
import type { SummaryReport } from '../../../server/protocol/summary-report.ts';

/** A pod as far as it explains why links from or to it don't work. */
export interface PodState {
  readonly terminating: boolean;
  readonly ready: boolean;
  /** Since when it is as `ready` says, milliseconds since the epoch. */
  readonly readySince: number;
  /** Whether its container has ever been ready, or had to be restarted. */
  readonly hasBeenReady: boolean;
  readonly hasRestarted: boolean;
  /** TLS mode that it speaks; pods of two modes can't ping each other. */
  readonly tls: string;
  readonly node: NodeState | undefined;
}

export interface NodeState {
  readonly ready: boolean;
  readonly cordoned: boolean;
  /** It is being removed from the cluster, by an autoscaler or a cloud provider. */
  readonly leaving: boolean;
}

/** What is behind a link to another group, as far as it explains why that doesn't work. */
export interface TargetState {
  /** Any of these may answer. */
  readonly pods: readonly PodState[];
  /** Its group is scaled to zero. */
  readonly isScaledToZero: boolean;
}

/** A peer that the group should have. */
export interface PeerState {
  /** Undefined when there is none (yet, or any more). */
  readonly pod: PodState | undefined;
  /** Without one: since when, milliseconds since the epoch. */
  readonly absentSince?: number | undefined;
  /** Its last report. */
  readonly summary: SummaryReport | undefined;
  /** Whether that report is recent enough to be believed. */
  readonly fresh: boolean;
  /** Whether it reports the present config. */
  readonly current: boolean;
  /** If not: since when, milliseconds since the epoch. */
  readonly outdatedSince?: number | undefined;
}

export interface AwaitedPeers {
  readonly peers: number;
  /** Links that they will have, from and to them. */
  readonly links: number;
  /** Since when there have been any, milliseconds since the epoch. */
  readonly since?: number | undefined;
}

/** Everything that a group's connectivity is computed from. */
export interface ConnectivityInput {
  /** By the peer's name. */
  readonly peers: ReadonlyMap<string, PeerState>;
  /** Peers that the group is still to get, where nodes decide how many there are. */
  readonly awaited: AwaitedPeers;
  /** Which of them should ping which. */
  readonly selection: Pick<PeerSelection, 'targetsOf'>;
  /** Names of what each of them pings besides. */
  readonly externalTargets: readonly string[];
  /** Those of them that other groups are behind, by name. */
  readonly targets: ReadonlyMap<string, TargetState>;
  /** What the spec asks for besides and the config cannot give. */
  readonly missingTargets: readonly MissingTarget[];
  /** Whether pods are being replaced: those of the former revision keep the config that they have. */
  readonly rollingOut: boolean;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** How long a name may resolve to the address of a former pod, in milliseconds. */
  readonly dnsTtlMs: number;
}
