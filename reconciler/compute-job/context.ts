import type { NodeSigns } from '../compute-node/node-signs.ts';
import type { EventRecorder } from '../kube/event-recorder.ts';
import type { JobMetrics } from './metrics.ts';
import type { Admissions } from './pods/admission.ts';
import type { PodsContext } from './pods/context.ts';
import type { IncompleteGangs } from './pods/incomplete-gangs.ts';
import type { PodClock } from './pods/pod-clock.ts';
import type { StuckContainers } from './pods/stuck-containers.ts';
import type { Scheduler } from './queue/scheduler.ts';
import type { JobPriorities } from './resource/job-priorities.ts';
import type { StatusContext } from './resource/write-status.ts';

/** What the steps of a ComputeJob's reconcile work with. */
export interface ComputeJobContext extends PodsContext, StatusContext {
  readonly priorities: JobPriorities;
  readonly admissions: Admissions;
  readonly scheduler: Scheduler;
  readonly stuck: StuckContainers;
  readonly podClock: PodClock;
  readonly incomplete: IncompleteGangs;
  /** Whether the caches have everything that a decision depends on. */
  readonly ready: () => boolean;
  /** Whether the pods of a node are lost. */
  readonly nodeFailed: (node: string) => boolean;
  readonly nodeSigns: (node: string) => NodeSigns;
  readonly events: EventRecorder;
  readonly metrics: JobMetrics;
  /** Wall clock, in milliseconds. */
  readonly now: () => number;
}
