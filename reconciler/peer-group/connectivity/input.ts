import type { MissingTarget } from '../../../constructs/external-targets.ts';
import type { PeerSelection } from '../../../server/protocol/peer-selection.ts';
import type { SummaryReport } from '../../../server/protocol/summary-report.ts';

/** State of a pod that may explain why its links are down. */
export interface PodState {
  readonly terminating: boolean;
  readonly ready: boolean;
  /** When `ready` last changed, milliseconds since the epoch. */
  readonly readySince: number;
  /** Whether its container has ever been ready. */
  readonly hasBeenReady: boolean;
  readonly hasRestarted: boolean;
  /** TLS mode of the pod; pods with different modes can't ping each other. */
  readonly tls: string;
  readonly node: NodeState | undefined;
}

export interface NodeState {
  readonly ready: boolean;
  readonly cordoned: boolean;
  /** It is being removed from the cluster, by an autoscaler or a cloud provider. */
  readonly leaving: boolean;
}

/** State of the target of a link to another group. */
export interface TargetState {
  /** Any of these may answer. */
  readonly pods: readonly PodState[];
  /** Its group is scaled to zero. */
  readonly isScaledToZero: boolean;
}

/** A peer that the group should have. */
export interface PeerState {
  /** Undefined if there is none. */
  readonly pod: PodState | undefined;
  /** Without a pod: since when, milliseconds since the epoch. */
  readonly absentSince?: number | undefined;
  /** Its last report. */
  readonly summary: SummaryReport | undefined;
  /** Whether the report is recent enough to be used. */
  readonly fresh: boolean;
  /** Whether it reports the current config. */
  readonly current: boolean;
  /** If not: since when, milliseconds since the epoch. */
  readonly outdatedSince?: number | undefined;
}

export interface AwaitedPeers {
  readonly peers: number;
  /** Number of links from and to them. */
  readonly links: number;
  /** Since when there have been any, milliseconds since the epoch. */
  readonly since?: number | undefined;
}

/** Everything that a group's connectivity is computed from. */
export interface ConnectivityInput {
  /** By the peer's name. */
  readonly peers: ReadonlyMap<string, PeerState>;
  /** Peers still to come, where the number of peers is the number of nodes. */
  readonly awaited: AwaitedPeers;
  /** The targets of each peer within the group. */
  readonly selection: Pick<PeerSelection, 'targetsOf'>;
  /** Names of the external targets of each peer. */
  readonly externalTargets: readonly string[];
  /** Those external targets that are other groups, by name. */
  readonly targets: ReadonlyMap<string, TargetState>;
  /** Targets in the spec that the config cannot contain. */
  readonly missingTargets: readonly MissingTarget[];
  /** Whether pods are being replaced: those of the previous revision keep their config. */
  readonly rollingOut: boolean;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** How long a name may resolve to the address of a former pod, in milliseconds. */
  readonly dnsTtlMs: number;
}
