import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { OPERATOR_SELECTOR } from '../labels.ts';
import { ADMIN_PORT, METRICS_TLS_PORT } from '../names.ts';
import type { OperatorPartProps } from './part.ts';

export interface OperatorNetworkPolicyProps extends OperatorPartProps {
  readonly secureMetrics: boolean;
}

/** Allows connections to the operator's admin port only, for the kubelet's probes and for metrics. */
export class OperatorNetworkPolicy extends Construct {
  constructor(scope: Construct, id: string, { namespace, name, labels, secureMetrics }: OperatorNetworkPolicyProps) {
    super(scope, id);
    const ports = [ADMIN_PORT, ...(secureMetrics ? [METRICS_TLS_PORT] : [])];
    new k8s.KubeNetworkPolicy(this, 'policy', {
      metadata: { name, namespace, labels },
      spec: {
        podSelector: { matchLabels: OPERATOR_SELECTOR },
        policyTypes: ['Ingress'],
        ingress: [{ ports: ports.map((port) => ({ protocol: 'TCP', port: k8s.IntOrString.fromNumber(port) })) }],
      },
    });
  }
}
