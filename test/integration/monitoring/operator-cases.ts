import type { AlertCase } from './alert-case.ts';

const of = (metric: string, more = '') => `${metric}{job="rollcall-operator",pod="rollcall-7d9"${more && `,${more}`}}`;

export const OPERATOR_CASES: readonly AlertCase[] = [
  {
    title: 'an operator that does not answer',
    alert: 'RollcallOperatorAbsent',
    series: { [of('up')]: '1 0x20' },
    at: '7m',
    fires: [
      {
        labels: {},
        summary:
          'No operator is running: peers keep pinging, but changes are not applied and statuses are out of date.',
      },
    ],
  },
  {
    title: 'an operator that nobody has seen',
    alert: 'RollcallOperatorAbsent',
    series: { 'up{job="another"}': '1x20' },
    at: '7m',
    fires: [
      {
        labels: {},
        summary:
          'No operator is running: peers keep pinging, but changes are not applied and statuses are out of date.',
      },
    ],
  },
  { title: 'an operator that answers', alert: 'RollcallOperatorAbsent', series: { [of('up')]: '1x20' }, at: '7m' },
  {
    title: 'a pass that hangs',
    alert: 'RollcallOperatorQueueStuck',
    series: { [of('workqueue_longest_running_processor_seconds', 'name="peergroup"')]: '0+60x9' },
    at: '4m',
    fires: [
      {
        labels: { name: 'peergroup' },
        summary: "The operator's queue peergroup is stuck or grows faster than it is processed.",
      },
    ],
  },
  {
    title: 'a queue that stays long',
    alert: 'RollcallOperatorQueueStuck',
    series: { [of('workqueue_depth', 'name="computejob"')]: '150x30' },
    at: '15m',
    fires: [
      {
        labels: { name: 'computejob' },
        summary: "The operator's queue computejob is stuck or grows faster than it is processed.",
      },
    ],
  },
  {
    title: 'a queue that was long and is worked off',
    alert: 'RollcallOperatorQueueStuck',
    series: {
      [of('workqueue_depth', 'name="computejob"')]: '900x4 0 900x4',
      [of('workqueue_longest_running_processor_seconds', 'name="computejob"')]: '2x9',
    },
    at: '9m',
  },
  {
    title: 'passes that keep failing',
    alert: 'RollcallOperatorErrors',
    series: { [of('controller_runtime_reconcile_errors_total', 'controller="peergroup"')]: '0+3x30' },
    at: '20m',
    fires: [{ labels: { controller: 'peergroup' }, summary: '30 reconciles of peergroup failed within ten minutes.' }],
  },
  {
    title: 'a failure now and then',
    alert: 'RollcallOperatorErrors',
    series: { [of('controller_runtime_reconcile_errors_total', 'controller="peergroup"')]: '0 0 1x9 2x19' },
    at: '20m',
  },
  {
    title: 'a watch that is lost again and again',
    alert: 'RollcallWatchFailing',
    series: { [of('rollcall_watch_failures_total', 'resource="pods",code="ECONNRESET"')]: '0+4x30' },
    at: '20m',
    fires: [{ labels: { resource: 'pods' }, summary: "The operator's watch of pods fails repeatedly." }],
  },
  {
    title: 'a watch that was lost once',
    alert: 'RollcallWatchFailing',
    series: { [of('rollcall_watch_failures_total', 'resource="pods",code="ECONNRESET"')]: '0x9 1x20' },
    at: '20m',
  },
  {
    title: 'a CA that is near its end',
    alert: 'RollcallIssuedCertificateExpiry',
    series: {
      [of('rollcall_certificate_expiry_timestamp_seconds', 'kind="authority"')]: '86520x9',
      [of('rollcall_certificate_not_before_timestamp_seconds', 'kind="authority"')]: '-94521600x9',
    },
    at: '2m',
    fires: [
      {
        labels: { kind: 'authority' },
        summary: 'A certificate (authority) issued by the operator expires in 1d 0h 0m 0s and has not been renewed.',
      },
    ],
  },
  {
    title: 'leaves that are about to be renewed',
    alert: 'RollcallIssuedCertificateExpiry',
    series: {
      [of('rollcall_certificate_expiry_timestamp_seconds', 'kind="leaf"')]: '2592000x9',
      [of('rollcall_certificate_not_before_timestamp_seconds', 'kind="leaf"')]: '-5184000x9',
    },
    at: '2m',
  },
  {
    title: 'ComputeNodes that stay Failed',
    alert: 'RollcallComputeNodeFailed',
    series: { [of('rollcall_compute_nodes', 'state="Failed"')]: '0 2x30' },
    at: '12m',
    fires: [{ labels: {}, summary: '2 ComputeNodes have been Failed for ten minutes.' }],
  },
  {
    title: 'ComputeNodes that run',
    alert: 'RollcallComputeNodeFailed',
    series: {
      [of('rollcall_compute_nodes', 'state="Failed"')]: '0x30',
      [of('rollcall_compute_nodes', 'state="Running"')]: '3x30',
    },
    at: '12m',
  },
  {
    title: 'jobs that have waited for an hour',
    alert: 'RollcallJobsWaiting',
    series: { [of('rollcall_placement_queue_length')]: '4x90' },
    at: '61m',
    fires: [{ labels: {}, summary: '4 ComputeJobs are waiting for nodes.' }],
  },
  {
    title: 'jobs that had to wait for half an hour',
    alert: 'RollcallJobsWaiting',
    series: { [of('rollcall_placement_queue_length')]: '4x30 0x60' },
    at: '61m',
  },
];
