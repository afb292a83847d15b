import type { Registry } from 'prom-client';
import type { KubeClient } from '../kube/client.ts';
import type { EventRecorder } from '../kube/event-recorder.ts';
import { Informer, type InformerContext } from '../kube/informer.ts';
import { LEASES } from '../kube/leader/lease-record.ts';
import type { Node } from '../node-resources/node.ts';
import type { Controller } from '../runtime/controller.ts';
import { controller } from '../runtime/controller-builder.ts';
import type { WorkQueue } from '../runtime/work-queue.ts';
import { BootClock } from './boot-clock.ts';
import { COMPUTE_NODES, transformComputeNode } from './compute-node-object.ts';
import type { ComputeNodeContext } from './context.ts';
import { LEASE_NAMESPACE, transformLease } from './lease.ts';
import { LeaseClock } from './lease-clock.ts';
import { nodeMetrics } from './metrics.ts';
import { factsOf, type NodeFacts } from './node-facts.ts';
import type { NodeLimits } from './node-health.ts';
import { type NodeSigns, nodeSigns } from './node-signs.ts';
import { ReadyClock } from './ready-clock.ts';
import { reconcileComputeNode } from './reconcile.ts';

export interface ComputeNodeOptions {
  readonly client: KubeClient;
  readonly informers: InformerContext;
  /** Shared with other kinds. */
  readonly nodes: Informer<Node>;
  readonly queue: WorkQueue;
  readonly events: EventRecorder;
  readonly registry: Registry;
  readonly limits: NodeLimits;
  readonly allocated: ComputeNodeContext['allocated'];
  readonly onSeen: (node: string) => void;
  /** Monotonic milliseconds. */
  readonly monotonic: () => number;
  /** Wall clock, in milliseconds. */
  readonly now: () => number;
}

/** The controller, and what others ask of its nodes. */
export interface ComputeNodes extends Controller {
  readonly synced: () => boolean;
  readonly names: () => Iterable<string>;
  /** A node as placement sees it; undefined: no pod can be placed on it. */
  readonly facts: (node: string) => NodeFacts | undefined;
  /** Whether what ran on the node is lost. */
  readonly failed: (node: string) => boolean;
  readonly signs: (node: string) => NodeSigns;
}

/** Wires what ComputeNodes need: caches of them, of Nodes and of Leases, and whose change reconciles which. */
export function createComputeNodeController(options: ComputeNodeOptions): ComputeNodes {
  const { informers, nodes, queue, registry, monotonic } = options;
  const computeNodes = new Informer(informers, {
    type: COMPUTE_NODES,
    listOptions: {},
    transform: transformComputeNode,
  });
  const leases = new Informer(informers, {
    type: LEASES,
    listOptions: { namespaces: [LEASE_NAMESPACE] },
    transform: transformLease,
  });
  const leaseClock = new LeaseClock();
  const bootClock = new BootClock();
  const readyClock = new ReadyClock();
  const context: ComputeNodeContext = {
    ...options,
    nodes: nodes.cache,
    computeNodes: computeNodes.cache,
    leases: leaseClock,
    readySince: readyClock,
    metrics: nodeMetrics(registry, () => computeNodes.cache.values()),
  };

  const built = controller(computeNodes, {
    queue,
    reconcile: (key, log) => reconcileComputeNode(key, log, context),
  })
    .observes(nodes, ({ object: { metadata, ready, bootId }, deleted }) => {
      const { name } = metadata;
      if (deleted) readyClock.forget(name);
      else readyClock.observe(name, ready.status, monotonic());
      if (deleted) bootClock.forget(name);
      else bootClock.observe(name, bootId, monotonic());
    })
    .watches(nodes, ({ object }) => object.metadata.name)
    .observes(leases, ({ object: { metadata, renewTime }, deleted }) => {
      if (deleted) leaseClock.forget(metadata.name);
      else leaseClock.observe(metadata.name, renewTime, monotonic());
    })
    .watches(leases, ({ object }) => object.metadata.name, {
      // A renewal changes nothing for a Running node; it may for others.
      predicate: ({ object }) => computeNodes.cache.get(object.metadata.name)?.status?.state !== 'Running',
    })
    .build();
  return {
    ...built,
    synced: () => built.informers.every(({ isSynced }) => isSynced),
    names: () => computeNodes.cache.keys(),
    facts: (name) => factsOf(name, context),
    signs: (name) => {
      const now = monotonic();
      return nodeSigns({
        ready: nodes.cache.get(name)?.ready.status,
        readyMs: readyClock.age(name, now),
        leaseMs: leaseClock.age(name, now),
        renewals: leaseClock.renewals(name, now),
        rebootedMs: bootClock.rebootedMs(name, now),
      });
    },
    failed: (name) => nodes.cache.get(name) === undefined || computeNodes.cache.get(name)?.status?.state === 'Failed',
  };
}
