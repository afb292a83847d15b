import { type AlertRule, expiringCertificates } from './alert-rule.ts';
import { OPERATOR_JOB } from './target-labels.ts';

const JOB = `job="${OPERATOR_JOB}"`;
const of = (metric: string) => `${metric}{${JOB}}`;

/** Alerts on the operator: none is labelled with its pod, so that a restart of it ends none. */
export const OPERATOR_RULES: readonly AlertRule[] = [
  {
    alert: 'RollcallOperatorAbsent',
    expr: `absent(${of('up')} == 1)`,
    for: '5m',
    labels: { severity: 'critical' },
    annotations: {
      summary: 'No operator answers: peers ping on, but nothing that changes is followed and no status is true.',
      description: 'kubectl -n rollcall-system get pods, and describe what is not Running.',
    },
  },
  {
    alert: 'RollcallOperatorQueueStuck',
    expr: `max by (name) (${of('workqueue_longest_running_processor_seconds')}) > 60 or max by (name) (min_over_time(${of('workqueue_depth')}[10m])) > 100`,
    for: '1m',
    labels: { severity: 'warning' },
    annotations: {
      summary: "The operator's queue {{ $labels.name }} is stuck, or grows faster than it is worked on.",
      description:
        'A pass hangs though every request ends within 15 s, or the API server or --workers is too slow for what changes.',
    },
  },
  {
    alert: 'RollcallOperatorErrors',
    expr: `sum by (controller) (increase(${of('controller_runtime_reconcile_errors_total')}[10m])) > 10`,
    for: '5m',
    labels: { severity: 'warning' },
    annotations: {
      summary: '{{ $value | humanize }} passes over {{ $labels.controller }} failed within ten minutes.',
      description: "The operator's log has a line for each, with the object and the API server's sentence.",
    },
  },
  {
    alert: 'RollcallWatchFailing',
    expr: `sum by (resource) (increase(${of('rollcall_watch_failures_total')}[10m])) > 20`,
    for: '5m',
    labels: { severity: 'warning' },
    annotations: {
      summary: 'The operator loses its watch of {{ $labels.resource }} again and again.',
      description: 'The connection to the API server is bad, or the operator may not watch: its log says which.',
    },
  },
  {
    alert: 'RollcallIssuedCertificateExpiry',
    expr: expiringCertificates('kind', of),
    for: '1m',
    labels: { severity: 'warning' },
    annotations: {
      summary:
        'A certificate ({{ $labels.kind }}) that the operator keeps expires in {{ $value | humanizeDuration }}, and was not renewed.',
      description: "Groups with TLS whose condition Degraded is True say why; so does the operator's log.",
    },
  },
  {
    alert: 'RollcallComputeNodeFailed',
    expr: `max(rollcall_compute_nodes{${JOB},state="Failed"}) > 0`,
    for: '10m',
    labels: { severity: 'warning' },
    annotations: {
      summary: '{{ $value }} ComputeNodes stay Failed.',
      description: 'kubectl get computenodes, and describe those: the condition Ready says why.',
    },
  },
  {
    alert: 'RollcallJobsWaiting',
    expr: `max(${of('rollcall_placement_queue_length')}) > 0`,
    for: '1h',
    labels: { severity: 'info' },
    annotations: {
      summary: '{{ $value }} ComputeJobs wait for nodes.',
      description: 'The condition Scheduled of each says for what, in numbers.',
    },
  },
];
