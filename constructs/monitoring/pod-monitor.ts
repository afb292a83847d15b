import { ApiObject } from 'cdk8s';
import type { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import type { Labels } from '../labels.ts';
import type { Relabeling } from './target-labels.ts';

export interface PodMonitorProps {
  readonly metadata: k8s.ObjectMeta;
  /** Labels of the pods. */
  readonly selector: Labels;
  readonly relabelings: readonly Relabeling[];
}

/** Lets the Prometheus operator (prometheus-operator.dev) scrape the admin port of the pods with these labels in the namespace. */
export class PodMonitor extends Construct {
  constructor(scope: Construct, id: string, { metadata, selector, relabelings }: PodMonitorProps) {
    super(scope, id);
    // The API server sets the default action; without it, each `kubectl apply` would find a difference.
    const complete = relabelings.map((relabeling) => ({ action: 'replace', ...relabeling }));
    new ApiObject(this, 'pod-monitor', {
      apiVersion: 'monitoring.coreos.com/v1',
      kind: 'PodMonitor',
      metadata: metadata as object,
      spec: {
        selector: { matchLabels: selector },
        podMetricsEndpoints: [{ port: 'admin', path: '/metrics', relabelings: complete }],
      },
    });
  }
}
