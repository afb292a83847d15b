import type { Cache } from '../kube/cache.ts';
import type { KubeClient } from '../kube/client.ts';
import type { EventRecorder } from '../kube/event-recorder.ts';
import type { Node } from '../node-resources/node.ts';
import type { ApplyContext } from '../runtime/apply-children.ts';
import type { StartProblem } from '../stuck-pods/start-problem.ts';
import type { StuckPods } from '../stuck-pods/stuck-pods.ts';
import type { RenderMemo } from './children/render-memo.ts';
import type { ReportCollector } from './collect/report-collector.ts';
import type { ConfigTracker } from './config-delivery/config-tracker.ts';
import type { AnnouncementPace } from './config-delivery/notification-limiter.ts';
import type { Absences } from './connectivity/absences.ts';
import type { ReferencedConfigMaps } from './inputs/referenced-config-maps.ts';
import type { NeighbourMemo } from './inputs/references.ts';
import type { PodRejections } from './pods/pod-rejections.ts';
import type { PeerGroupObject, Pod } from './resources.ts';
import type { UpgradePace } from './rollout/upgrade-limiter.ts';
import type { WritePace } from './status/write-limiter.ts';
import type { TlsKeeper } from './tls/rotator.ts';

/** What the steps of a PeerGroup's reconcile work with. */
export interface PeerGroupContext {
  readonly client: KubeClient;
  /** Indexed by namespace. */
  readonly groups: Cache<PeerGroupObject>;
  /** Undefined when only one namespace is watched. */
  readonly nodes: Cache<Node> | undefined;
  /** Indexed by the key of the group that they belong to. */
  readonly pods: Cache<Pod>;
  readonly neighbours: NeighbourMemo;
  readonly children: ApplyContext;
  readonly renders: RenderMemo;
  readonly reports: ReportCollector;
  readonly statusWrites: WritePace;
  /** Peers without a pod. */
  readonly absences: Absences;
  /** Peers that report a former config, and nodes without a peer. */
  readonly unsettled: Absences;
  readonly configs: ConfigTracker;
  readonly announcements: AnnouncementPace;
  readonly upgrades: UpgradePace;
  /** ConfigMaps that `acceptCert` names. */
  readonly referenced: ReferencedConfigMaps;
  readonly tls: TlsKeeper;
  /** Pods that can't start. */
  readonly stuck: StuckPods<StartProblem>;
  readonly rejections: PodRejections;
  /** How long a name may resolve to the address of a former pod, in milliseconds. */
  readonly dnsTtlMs: number;
  /** Why children of this kind can't be kept here, as a clause; undefined when they can. */
  readonly absence: (kind: string) => string | undefined;
  /** Has the group with this key looked at again. */
  readonly requeue: (key: string) => void;
  readonly events: EventRecorder;
  /** Wall clock, in milliseconds. */
  readonly now: () => number;
}
