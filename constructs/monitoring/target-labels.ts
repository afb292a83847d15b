import { LABEL_INSTANCE } from '../names.ts';

/** A relabeling step with the field names of a PodMonitor; Prometheus uses the same with underscores. */
export interface Relabeling {
  readonly sourceLabels?: readonly string[];
  readonly regex?: string;
  readonly targetLabel?: string;
  readonly replacement?: string;
  readonly action?: 'keep';
}

const POD = '__meta_kubernetes_pod';

/** The label `job` of the operator's series. */
export const OPERATOR_JOB = 'rollcall-operator';
export const OPERATOR_RELABELINGS: readonly Relabeling[] = [{ targetLabel: 'job', replacement: OPERATOR_JOB }];

/**
 * Labels of peers' series besides namespace and pod: the group, the name of the peer, and the node.
 * Rules and dashboards select by group: names of pods of the groups `web` and `web-api` start with the same prefix.
 */
export const PEER_RELABELINGS: readonly Relabeling[] = [
  { sourceLabels: [`${POD}_label_${LABEL_INSTANCE.replace(/\W/g, '_')}`], targetLabel: 'peergroup' },
  { sourceLabels: [`${POD}_name`], targetLabel: 'prober' },
  // Names of a DaemonSet's pods are not stable, so their peers are named after their nodes.
  { sourceLabels: [`${POD}_controller_kind`, `${POD}_node_name`], regex: 'DaemonSet;(.+)', targetLabel: 'prober' },
  { sourceLabels: [`${POD}_node_name`], targetLabel: 'node' },
];
