import type { Column } from '../custom-resource.ts';

/** Columns of `kubectl get peergroups`. */
export const columns: readonly Column[] = [
  { name: 'Replicas', type: 'integer', jsonPath: '.status.replicas', description: 'Number of pods.' },
  {
    name: 'Ready',
    type: 'integer',
    jsonPath: '.status.readyReplicas',
    description: 'Number of ready pods.',
  },
  {
    name: 'Links',
    type: 'string',
    jsonPath: '.status.connectivity.summary',
    description: 'Links that are up, out of all links.',
  },
  {
    name: 'Connected',
    type: 'string',
    jsonPath: ".status.conditions[?(@.type=='Connected')].status",
    description: 'Whether all links are up.',
  },
  {
    name: 'P99',
    type: 'string',
    jsonPath: '.status.connectivity.p99',
    description: '99th percentile of ping latency over the last five minutes (approximate).',
  },
  {
    name: 'Interval',
    type: 'string',
    jsonPath: '.spec.interval',
    description: 'Interval between pings from a peer to the same target.',
  },
  { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp', description: 'Time since creation.' },
  {
    name: 'Worst from',
    type: 'string',
    jsonPath: '.status.connectivity.worst.from',
    description: 'Pinging peer of the worst link.',
    priority: 1,
  },
  {
    name: 'Worst to',
    type: 'string',
    jsonPath: '.status.connectivity.worst.to',
    description: 'Target of the worst link.',
    priority: 1,
  },
  {
    name: 'Worst P99',
    type: 'string',
    jsonPath: '.status.connectivity.worst.p99',
    description: '99th percentile of ping latency of the worst link (approximate).',
    priority: 1,
  },
  {
    name: 'Worst loss',
    type: 'integer',
    jsonPath: '.status.connectivity.worst.lossPercent',
    description: 'Percentage of failed pings of the worst link over the last five minutes.',
    priority: 1,
  },
];
