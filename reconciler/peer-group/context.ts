import type { Cache } from '../kube/cache.ts';
import type { KubeClient } from '../kube/client.ts';
import type { EventRecorder } from '../kube/event-recorder.ts';
import type { ApplyContext } from '../runtime/apply-children.ts';
import type { ConfigTracker } from './config-tracker.ts';
import type { RenderMemo } from './render-memo.ts';
import type { ReportCollector } from './report-collector.ts';
import type { PeerGroupObject, Pod } from './resources.ts';

/** What the steps of a PeerGroup's reconcile work with. */
export interface PeerGroupContext {
  readonly client: KubeClient;
  readonly groups: Cache<PeerGroupObject>;
  /** Indexed by the key of the group that they belong to. */
  readonly pods: Cache<Pod>;
  readonly children: ApplyContext;
  readonly renders: RenderMemo;
  readonly reports: ReportCollector;
  readonly configs: ConfigTracker;
  readonly events: EventRecorder;
  /** Wall clock, in milliseconds. */
  readonly now: () => number;
}
