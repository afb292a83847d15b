import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import type { OperatorPartProps } from './part.ts';

/**
 * Before workloads that say nothing, behind what the cluster itself lives on (`system-cluster-critical` has two thousand times
 * as much, and some clusters admit that in kube-system only).
 */
const VALUE = 1_000_000;

/** The operator's place where nodes are short of room: one small pod on which every gang's restart depends. */
export class OperatorPriority extends Construct {
  /** What the pod names. */
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
