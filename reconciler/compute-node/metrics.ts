import { Counter, Gauge, type Registry } from 'prom-client';
import type { ComputeNode } from './compute-node-object.ts';
import type { NodeState } from './node-health.ts';

/** Metrics of ComputeNodes. */
export interface NodeMetrics {
  readonly onTransition: (from: NodeState, to: NodeState) => void;
}

const STATES: readonly NodeState[] = ['Pending', 'Running', 'Failed'];

export function nodeMetrics(registry: Registry, computeNodes: () => Iterable<ComputeNode>): NodeMetrics {
  new Gauge({
    name: 'rollcall_compute_nodes',
    help: 'Number of ComputeNodes, by state.',
    labelNames: ['state'],
    registers: [registry],
    collect() {
      for (const state of STATES) this.set({ state }, 0);
      for (const { status } of computeNodes()) this.inc({ state: status?.state ?? 'Pending' });
    },
  });
  const transitions = new Counter({
    name: 'rollcall_compute_node_transitions_total',
    help: 'Number of state transitions of ComputeNodes.',
    labelNames: ['from', 'to'],
    registers: [registry],
  });
  return { onTransition: (from, to) => transitions.inc({ from, to }) };
}
