import { LABEL_INSTANCE } from '../names.ts';

/** A step of relabelling in the terms of a PodMonitor; Prometheus' own are the same with underscores. */
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
 * What the peers' series say besides namespace and pod: their group, the name by which other peers call the pod, and its node.
 * Rules and dashboards select by the group's label: pods of the groups `web` and `web-api` begin alike.
 */
export const PEER_RELABELINGS: readonly Relabeling[] = [
  { sourceLabels: [`${POD}_label_${LABEL_INSTANCE.replace(/\W/g, '_')}`], targetLabel: 'peergroup' },
  { sourceLabels: [`${POD}_name`], targetLabel: 'prober' },
  // A DaemonSet's pods have no names that last, so they are called by their nodes.
  { sourceLabels: [`${POD}_controller_kind`, `${POD}_node_name`], regex: 'DaemonSet;(.+)', targetLabel: 'prober' },
  { sourceLabels: [`${POD}_node_name`], targetLabel: 'node' },
];
