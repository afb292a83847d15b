import { type AlertRule, expiringCertificates } from './alert-rule.ts';
import { OPERATOR_JOB } from './target-labels.ts';

const JOB = `job="${OPERATOR_JOB}"`;
const of = (metric: string) => `${metric}{${JOB}}`;

/** Alerts on the operator, without a label for its pod, so that a restart does not resolve them. */
export const OPERATOR_RULES: readonly AlertRule[] = [
  {
    alert: 'RollcallOperatorAbsent',
    expr: `absent(${of('up')} == 1)`,
    for: '5m',
    labels: { severity: 'critical' },
    annotations: {
      summary: 'No operator is running: peers keep pinging, but changes are not applied and statuses are out of date.',
      description: 'Run kubectl -n rollcall-system get pods and describe the pods that are not Running.',
    },
  },
  {
    alert: 'RollcallOperatorQueueStuck',
    expr: `max by (name) (${of('workqueue_longest_running_processor_seconds')}) > 60 or max by (name) (min_over_time(${of('workqueue_depth')}[10m])) > 100`,
    for: '1m',
    labels: { severity: 'warning' },
    annotations: {
      summary: "The operator's queue {{ $labels.name }} is stuck or grows faster than it is processed.",
      description:
        'A reconcile hangs although requests time out after 15 s, or the API server or --workers is too slow for the rate of changes.',
    },
  },
  {
    alert: 'RollcallOperatorErrors',
    expr: `sum by (controller) (increase(${of('controller_runtime_reconcile_errors_total')}[10m])) > 10`,
    for: '5m',
    labels: { severity: 'warning' },
    annotations: {
      summary: '{{ $value | humanize }} reconciles of {{ $labels.controller }} failed within ten minutes.',
      description: "The operator's log has a line for each of them, with the object and the error from the API server.",
    },
  },
  {
    alert: 'RollcallWatchFailing',
    expr: `sum by (resource) (increase(${of('rollcall_watch_failures_total')}[10m])) > 20`,
    for: '5m',
    labels: { severity: 'warning' },
    annotations: {
      summary: "The operator's watch of {{ $labels.resource }} fails repeatedly.",
      description:
        'The connection to the API server is unreliable, or the operator lacks permission to watch; see its log.',
    },
  },
  {
    alert: 'RollcallIssuedCertificateExpiry',
    expr: expiringCertificates('kind', of),
    for: '1m',
    labels: { severity: 'warning' },
    annotations: {
      summary:
        'A certificate ({{ $labels.kind }}) issued by the operator expires in {{ $value | humanizeDuration }} and has not been renewed.',
      description: "See condition Degraded of the groups with TLS, and the operator's log.",
    },
  },
  {
    alert: 'RollcallComputeNodeFailed',
    expr: `max(rollcall_compute_nodes{${JOB},state="Failed"}) > 0`,
    for: '10m',
    labels: { severity: 'warning' },
    annotations: {
      summary: '{{ $value }} ComputeNodes have been Failed for ten minutes.',
      description: 'Run kubectl get computenodes and see condition Ready of those that are Failed.',
    },
  },
  {
    alert: 'RollcallJobsWaiting',
    expr: `max(${of('rollcall_placement_queue_length')}) > 0`,
    for: '1h',
    labels: { severity: 'info' },
    annotations: {
      summary: '{{ $value }} ComputeJobs are waiting for nodes.',
      description: 'See condition Scheduled of each job.',
    },
  },
];
