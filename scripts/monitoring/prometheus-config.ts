import { type Labels, OPERATOR_SELECTOR, PEERS_SELECTOR, selectorText } from '../../constructs/labels.ts';
import { OPERATOR_JOB, PEER_RELABELINGS, type Relabeling } from '../../constructs/monitoring/target-labels.ts';

/** Where a Prometheus server finds its rules. */
const RULE_FILES = '/etc/prometheus/*.rules.yml';

/** What the Prometheus operator does with a PodMonitor of the port `admin`, for a server without it. */
const POD_RELABELINGS: readonly Relabeling[] = [
  { sourceLabels: ['__meta_kubernetes_pod_container_port_name'], regex: 'admin', action: 'keep' },
  { sourceLabels: ['__meta_kubernetes_pod_phase'], regex: 'Running', action: 'keep' },
  { sourceLabels: ['__meta_kubernetes_namespace'], targetLabel: 'namespace' },
  { sourceLabels: ['__meta_kubernetes_pod_name'], targetLabel: 'pod' },
];

/**
 * Config of a Prometheus server that scrapes every peer and the operator of its cluster
 * (prometheus.io/docs/prometheus/latest/configuration/configuration).
 */
export function prometheusConfig(): object {
  return {
    global: { scrape_interval: '15s', evaluation_interval: '15s' },
    rule_files: [RULE_FILES],
    scrape_configs: [
      scrapePods('rollcall-peers', PEERS_SELECTOR, PEER_RELABELINGS),
      scrapePods(OPERATOR_JOB, OPERATOR_SELECTOR, []),
    ],
  };
}

function scrapePods(job: string, pods: Labels, relabelings: readonly Relabeling[]): object {
  return {
    job_name: job,
    // The API server selects, so that nobody else's pods have to be held in memory.
    kubernetes_sd_configs: [{ role: 'pod', selectors: [{ role: 'pod', label: selectorText(pods) }] }],
    relabel_configs: [...POD_RELABELINGS, ...relabelings].map(relabelConfig),
  };
}

function relabelConfig({ sourceLabels, targetLabel, ...rest }: Relabeling): object {
  return {
    ...(sourceLabels && { source_labels: sourceLabels }),
    ...rest,
    ...(targetLabel && { target_label: targetLabel }),
  };
}
