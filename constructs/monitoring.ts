/** Objects for the Prometheus operator (prometheus-operator.dev). */
import { ApiObject } from 'cdk8s';
import type { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { peerSelector } from './labels.ts';

export interface MonitoringProps {
  readonly metadata: k8s.ObjectMeta;
  /** The group's name. */
  readonly group: string;
}

const apiVersion = 'monitoring.coreos.com/v1';

/** Has the group's pods scraped. */
export class PodMonitor extends Construct {
  constructor(scope: Construct, id: string, { metadata, group }: MonitoringProps) {
    super(scope, id);
    new ApiObject(this, 'pod-monitor', {
      apiVersion,
      kind: 'PodMonitor',
      metadata: metadata as object,
      spec: {
        selector: { matchLabels: peerSelector(group) },
        podMetricsEndpoints: [{ port: 'admin', path: '/metrics' }],
      },
    });
  }
}

/** Alerts on what the group's pods measure. */
export class AlertingRules extends Construct {
  constructor(scope: Construct, id: string, { metadata, group }: MonitoringProps) {
    super(scope, id);
    const pods = `namespace="${metadata.namespace}",pod=~"${group}-.+"`;
    const rules = [
      {
        alert: 'RollcallLinkDown',
        expr: `rollcall_peer_up{${pods}} == 0`,
        for: '1m',
        labels: { severity: 'warning' },
        annotations: {
          summary: `In group ${group}, {{ $labels.pod }} does not reach {{ $labels.peer }}.`,
          description: `kubectl -n ${metadata.namespace} get pg ${group} -o yaml says since when and why.`,
        },
      },
      {
        alert: 'RollcallProberStarved',
        expr: `rate(rollcall_cpu_throttled_seconds_total{${pods}}[5m]) > 0.1`,
        for: '10m',
        labels: { severity: 'info' },
        annotations: {
          summary: `{{ $labels.pod }} is held back by its CPU limit: its latencies are its own, not the network's.`,
          description: `Give group ${group} more CPU in spec.resources, or a longer interval.`,
        },
      },
    ];
    new ApiObject(this, 'rules', {
      apiVersion,
      kind: 'PrometheusRule',
      metadata: metadata as object,
      spec: { groups: [{ name: `rollcall-${metadata.namespace}-${group}`, rules }] },
    });
  }
}
