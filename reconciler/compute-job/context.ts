import type { JobRenderContext } from '../../constructs/compute-job.ts';
import type { Cache } from '../kube/cache.ts';
import type { KubeClient } from '../kube/client.ts';
import type { EventRecorder } from '../kube/event-recorder.ts';
import type { KubeObject } from '../kube/object.ts';
import type { ApplyContext } from '../runtime/apply-children.ts';
import type { Admissions } from './admission.ts';
import type { NodeSigns } from './blame.ts';
import type { ComputeJobObject } from './compute-job-object.ts';
import type { IncompleteGangs } from './incomplete-gangs.ts';
import type { JobPriorities } from './job-priorities.ts';
import type { JobMetrics } from './metrics.ts';
import type { PodClock } from './pod-clock.ts';
import type { Scheduler } from './scheduler.ts';
import type { StatusPace } from './status-pace.ts';
import type { StuckContainers } from './stuck-containers.ts';
import type { TrackedPod } from './tracked-pod.ts';

/** What the steps of a ComputeJob's reconcile work with. */
export interface ComputeJobContext {
  readonly client: KubeClient;
  readonly jobs: Cache<ComputeJobObject>;
  /** All pods of the cluster, indexed by the key of the job that they belong to. */
  readonly pods: Cache<TrackedPod>;
  /** Services and EndpointSlices of gangs, indexed by the key of the job that they belong to. */
  readonly services: Cache<KubeObject>;
  readonly endpointSlices: Cache<KubeObject>;
  readonly children: ApplyContext;
  readonly render: Required<JobRenderContext>;
  readonly priorities: JobPriorities;
  readonly admissions: Admissions;
  readonly scheduler: Scheduler;
  readonly stuck: StuckContainers;
  readonly podClock: PodClock;
  readonly incomplete: IncompleteGangs;
  readonly pace: StatusPace;
  /** Whether everything is known that a decision stands on. */
  readonly ready: () => boolean;
  /** Whether the pods of a node are lost. */
  readonly nodeFailed: (node: string) => boolean;
  readonly nodeSigns: (node: string) => NodeSigns;
  readonly events: EventRecorder;
  readonly metrics: JobMetrics;
  /** Wall clock, in milliseconds. */
  readonly now: () => number;
}
