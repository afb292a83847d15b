import type { Registry } from 'prom-client';
import { JOB_CHILDREN_SELECTOR } from '../../constructs/labels.ts';
import { FIELD_MANAGER } from '../../constructs/names.ts';
import type { NodeFacts } from '../compute-node/node-facts.ts';
import type { NodeSigns } from '../compute-node/node-signs.ts';
import type { KubeClient } from '../kube/client.ts';
import { ENDPOINT_SLICES, PODS, SERVICES } from '../kube/core-types.ts';
import type { EventRecorder } from '../kube/event-recorder.ts';
import { Informer, type InformerContext } from '../kube/informer.ts';
import { FieldsPool } from '../kube/managed-fields.ts';
import { controllerOf, type KubeObject, keyOf } from '../kube/object.ts';
import type { ResourceType } from '../kube/resource-type.ts';
import { bare, keepAppliedFields, stripStatus } from '../kube/transform.ts';
import { forgetDeleted } from '../runtime/apply-children.ts';
import type { Controller } from '../runtime/controller.ts';
import { controller, ownerKey } from '../runtime/controller-builder.ts';
import { FieldContests } from '../runtime/field-contests.ts';
import { NoOpApplies } from '../runtime/no-op-applies.ts';
import type { WorkQueue } from '../runtime/work-queue.ts';
import type { ComputeJobContext } from './context.ts';
import { jobMetrics } from './metrics.ts';
import { Admissions } from './pods/admission.ts';
import { IncompleteGangs } from './pods/incomplete-gangs.ts';
import { PodClock } from './pods/pod-clock.ts';
import { StuckContainers } from './pods/stuck-containers.ts';
import { type TrackedPod, trackPod } from './pods/tracked-pod.ts';
import { accountPod } from './queue/account-pod.ts';
import { assumePods } from './queue/assume-pods.ts';
import { Ledger } from './queue/ledger.ts';
import { Scheduler } from './queue/scheduler.ts';
import { reconcileComputeJob } from './reconcile.ts';
import {
  COMPUTE_JOBS,
  type ComputeJobObject,
  isComputeJob,
  readJob,
  reduceJob,
} from './resource/compute-job-object.ts';
import type { JobPriorities } from './resource/job-priorities.ts';
import { StatusRateLimiter } from './resource/status-rate-limiter.ts';

/** What ComputeJobs need to know about nodes. */
export interface JobNodes {
  readonly synced: () => boolean;
  readonly names: () => Iterable<string>;
  readonly facts: (node: string) => NodeFacts | undefined;
  readonly failed: (node: string) => boolean;
  readonly signs: (node: string) => NodeSigns;
}

export interface ComputeJobOptions {
  readonly client: KubeClient;
  readonly informers: InformerContext;
  readonly queue: WorkQueue;
  readonly events: EventRecorder;
  readonly registry: Registry;
  /** How pods are rendered. */
  readonly render: ComputeJobContext['render'];
  /** Priorities that jobs may have. */
  readonly priorities: JobPriorities;
  readonly nodes: JobNodes;
  /** Called when what jobs use of this node may have changed. */
  readonly onAllocated: (node: string) => void;
  /** Monotonic milliseconds. */
  readonly monotonic: () => number;
  /** Wall clock, in milliseconds. */
  readonly now: () => number;
}

/** The controller, and what the nodes need of it. */
export interface ComputeJobs extends Controller {
  readonly ledger: Ledger;
  /** Updates a node in the ledger. */
  readonly onNode: (node: string) => void;
}

/** Wires what ComputeJobs need: caches of the jobs, their Services and all pods, the ledger, and the scheduler. */
export function createComputeJobController(options: ComputeJobOptions): ComputeJobs {
  const { client, informers, queue, events, registry, render, priorities, nodes, onAllocated, monotonic, now } =
    options;
  const jobs = new Informer<ComputeJobObject>(informers, {
    type: COMPUTE_JOBS,
    listOptions: {},
    transform: readJob,
    reduce: reduceJob,
  });
  const keep = keepAppliedFields(stripStatus, FIELD_MANAGER, new FieldsPool());
  const childrenOf = (type: ResourceType) =>
    new Informer<KubeObject>(informers, {
      type,
      listOptions: { labelSelector: JOB_CHILDREN_SELECTOR },
      transform: (object) => (isOfJob(object) ? keep(object) : bare(object)),
      reduce: bare,
      indexBy: ownerKey(COMPUTE_JOBS),
    });
  const services = childrenOf(SERVICES);
  const endpointSlices = childrenOf(ENDPOINT_SLICES);
  const pods = new Informer<TrackedPod>(informers, {
    type: PODS,
    listOptions: {},
    transform: trackPod,
    indexBy: ({ gang }) => gang?.job,
  });

  let isPrimed = false;
  const requeueAll = (keys: Iterable<string>) => {
    for (const key of keys) queue.add(key);
  };
  const metrics = jobMetrics(registry, () => jobs.cache.values());
  const ledger = new Ledger(onAllocated);
  const scheduler = new Scheduler({
    ledger,
    now: monotonic,
    after: (ms, callback) => {
      const timer = setTimeout(callback, ms);
      return () => clearTimeout(timer);
    },
    ready,
    onDecided: requeueAll,
    onPass: metrics.onPass,
  });
  const stuck = new StuckContainers();
  const podClock = new PodClock(monotonic);
  const context: ComputeJobContext = {
    client,
    jobs: jobs.cache,
    pods: pods.cache,
    services: services.cache,
    endpointSlices: endpointSlices.cache,
    children: {
      client,
      fieldManager: FIELD_MANAGER,
      kinds: new Map([services, endpointSlices].map(({ type, cache }) => [type.kind, { type, cache }])),
      noOps: new NoOpApplies(),
      contests: new FieldContests(monotonic),
    },
    render,
    priorities,
    admissions: new Admissions({ now: monotonic, onKnown: requeueAll }),
    scheduler,
    stuck,
    podClock,
    incomplete: new IncompleteGangs(monotonic),
    statusLimiter: new StatusRateLimiter(monotonic, () => scheduler.waiting),
    ready,
    nodeFailed: nodes.failed,
    nodeSigns: nodes.signs,
    events,
    metrics,
    now,
  };

  const built = controller(jobs, {
    queue,
    reconcile: (key, log) => reconcileComputeJob(key, log, context),
    close: () => scheduler.close(),
  })
    .observes(services, (event) => forgetDeleted(event, context.children))
    .owns(services)
    .observes(endpointSlices, (event) => forgetDeleted(event, context.children))
    .owns(endpointSlices)
    .observes(pods, ({ object: pod, deleted }) => {
      accountPod(ledger, pod, deleted);
      if (deleted) stuck.forget(pod);
      else stuck.observe(pod, now());
      if (deleted) podClock.forget(pod);
      else podClock.observe(pod);
      scheduler.changed();
    })
    .owns(pods)
    .build();
  return { ...built, ledger, onNode };

  function onNode(name: string): void {
    const facts = nodes.facts(name);
    const news = facts === undefined ? ledger.removeNode(name) : ledger.setNode(facts);
    if (news) scheduler.changed();
    if (nodes.failed(name)) requeueAll(ledger.allocated(name).jobs);
  }

  /** Before the first decision the ledger has every node, and the pods that the previous operator assigned but did not create. */
  function ready(): boolean {
    if (isPrimed) return true;
    if (!built.informers.every(({ isSynced }) => isSynced) || !nodes.synced()) return false;
    for (const name of nodes.names()) apart(name, () => onNode(name));
    for (const job of jobs.cache.values()) apart(keyOf(job), () => assumePods(job, ledger));
    isPrimed = true;
    return true;
  }

  /** An object that can't be read must not block the jobs of others. */
  function apart(key: string, take: () => void): void {
    try {
      take();
    } catch (error) {
      informers.onObjectFailure(COMPUTE_JOBS, key, error);
    }
  }
}

/** Anybody may make large objects with the labels of a job's children. */
function isOfJob(object: KubeObject): boolean {
  const controller = controllerOf(object);
  return controller !== undefined && isComputeJob(controller);
}
