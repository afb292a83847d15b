import type { Cache } from '../kube/cache.ts';
import type { KubeClient } from '../kube/client.ts';
import type { EventRecorder } from '../kube/event-recorder.ts';
import type { Amounts } from '../node-resources/amounts.ts';
import type { Node } from '../node-resources/node.ts';
import type { ComputeNode } from './compute-node-object.ts';
import type { LeaseClock } from './lease-clock.ts';
import type { NodeMetrics } from './metrics.ts';
import type { NodeLimits } from './node-health.ts';
import type { ReadyClock } from './ready-clock.ts';

/** What the steps of a ComputeNode's reconcile work with. */
export interface ComputeNodeContext {
  readonly client: KubeClient;
  readonly computeNodes: Cache<ComputeNode>;
  readonly nodes: Cache<Node>;
  readonly leases: LeaseClock;
  readonly readySince: ReadyClock;
  readonly limits: NodeLimits;
  /** What jobs use of a node, and which jobs. */
  readonly allocated: (node: string) => { readonly amounts: Amounts; readonly jobs: readonly string[] };
  /** Called after each reconcile of a node, so that placement takes its changes into account. */
  readonly onSeen: (node: string) => void;
  readonly events: EventRecorder;
  readonly metrics: NodeMetrics;
  /** Wall clock, in milliseconds. */
  readonly now: () => number;
  /** Monotonic milliseconds. */
  readonly monotonic: () => number;
}
