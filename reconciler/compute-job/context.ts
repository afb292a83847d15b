import type { JobRenderContext } from '../../constructs/compute-job.ts';
import type { Cache } from '../kube/cache.ts';
import type { KubeClient } from '../kube/client.ts';
import type { EventRecorder } from '../kube/event-recorder.ts';
import type { KubeObject } from '../kube/object.ts';
import type { ApplyContext } from '../runtime/apply-children.ts';
import type { JobMetrics } from './metrics.ts';
import type { NodeSigns } from './plan/failure-cause.ts';
import type { Admissions } from './pods/admission.ts';
import type { IncompleteGangs } from './pods/incomplete-gangs.ts';
import type { PodClock } from './pods/pod-clock.ts';
import type { StuckContainers } from './pods/stuck-containers.ts';
import type { TrackedPod } from './pods/tracked-pod.ts';
import type { Scheduler } from './queue/scheduler.ts';
import type { ComputeJobObject } from './resource/compute-job-object.ts';
import type { JobPriorities } from './resource/job-priorities.ts';
import type { StatusPace } from './resource/status-rate-limiter.ts';

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
