import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import type { OperatorPartProps } from './part.ts';

/**
 * Above workloads without a priority, below the cluster's own components (`system-cluster-critical` has two thousand times
 * as much, and some clusters admit that in kube-system only).
 */
const VALUE = 1_000_000;

/** PriorityClass of the operator: every restart of a gang depends on its small pod. */
export class OperatorPriority extends Construct {
  /** Name of the PriorityClass. */
  readonly className: string;

  constructor(scope: Construct, id: string, { name, labels }: OperatorPartProps) {
    super(scope, id);
    this.className = name;
    new k8s.KubePriorityClass(this, 'class', {
      metadata: { name, labels },
      value: VALUE,
      description: 'Used by the Rollcall operator. Peers and jobs use the priority of their own specs.',
    });
  }
}
