import { type ComputeNodeOptions, createComputeNodeController } from '../compute-node/controller.ts';
import type { Controller } from '../runtime/controller.ts';
import type { WorkQueue } from '../runtime/work-queue.ts';
import { type ComputeJobOptions, createComputeJobController } from './controller.ts';

/** What jobs use of a node is written at most this often. */
const ALLOCATED_INTERVAL_MS = 3_000;

export type ComputeOptions = Omit<ComputeNodeOptions, 'queue' | 'allocated' | 'onSeen'> &
  Omit<ComputeJobOptions, 'queue' | 'nodes' | 'onAllocated'> & {
    readonly queues: { readonly nodes: WorkQueue; readonly jobs: WorkQueue };
  };

/** ComputeNodes and ComputeJobs: jobs are placed on the nodes, and nodes show what jobs use of them. */
export function createComputeControllers({ queues, ...options }: ComputeOptions): readonly Controller[] {
  const jobs = createComputeJobController({
    ...options,
    queue: queues.jobs,
    nodes: {
      synced: () => nodes.synced(),
      names: () => nodes.names(),
      facts: (name) => nodes.facts(name),
      failed: (name) => nodes.failed(name),
      signs: (name) => nodes.signs(name),
    },
    onAllocated: (node) => queues.nodes.addAfter(node, ALLOCATED_INTERVAL_MS),
  });
  const nodes = createComputeNodeController({
    ...options,
    queue: queues.nodes,
    allocated: (node) => jobs.ledger.allocated(node),
    onSeen: (node) => jobs.onNode(node),
  });
  return [nodes, jobs];
}
