import { OPERATOR_JOB } from '../../constructs/monitoring/target-labels.ts';
import { type DashboardProps, dashboard } from './dashboard.ts';

const of = (metric: string) => `${metric}{job="${OPERATOR_JOB}"}`;
const rate = (metric: string) => `rate(${of(metric)}[$__rate_interval])`;
const p99 = (metric: string, by: string) =>
  `histogram_quantile(0.99, sum by (le, ${by}) (${rate(`${metric}_bucket`)}))`;

const PROPS: DashboardProps = {
  uid: 'rollcall-operator',
  title: 'Rollcall / Operator',
  variables: [],
  rows: [
    {
      title: 'Work',
      panels: [
        {
          title: 'Queue',
          description: 'Number of keys in the queue.',
          unit: 'short',
          queries: [{ expr: `max by (name) (${of('workqueue_depth')})`, legend: '{{name}}' }],
        },
        {
          title: 'Time in the queue, p99',
          description: 'Time that keys wait in the queue, in seconds.',
          unit: 's',
          queries: [{ expr: p99('workqueue_queue_duration_seconds', 'name'), legend: '{{name}}' }],
        },
        {
          title: 'Duration of reconciles, p99; longest active',
          description: 'A reconcile that takes minutes hangs: requests time out after 15 s.',
          unit: 's',
          queries: [
            { expr: p99('controller_runtime_reconcile_time_seconds', 'controller'), legend: '{{controller}}' },
            {
              expr: `max by (name) (${of('workqueue_longest_running_processor_seconds')})`,
              legend: '{{name}}: longest active',
            },
          ],
        },
        {
          title: 'Reconciles by result',
          description: 'Reconciles without changes are successful, too.',
          unit: 'ops',
          queries: [
            {
              expr: `sum by (controller, result) (${rate('controller_runtime_reconcile_total')})`,
              legend: '{{controller}} {{result}}',
            },
          ],
        },
      ],
    },
    {
      title: 'API server',
      panels: [
        {
          title: 'Requests',
          description: 'By method and status. Without changes, there are only reads of Secrets at each resync.',
          unit: 'ops',
          queries: [
            {
              expr: `sum by (method, code) (${rate('rest_client_requests_total')})`,
              legend: '{{method}} {{code}}',
            },
          ],
        },
        {
          title: 'Failed watches',
          description: 'Failed watches are retried; many consecutive failures indicate an unreliable connection.',
          unit: 'ops',
          queries: [
            {
              expr: `sum by (resource, code) (${rate('rollcall_watch_failures_total')})`,
              legend: '{{resource}} {{code}}',
            },
          ],
        },
        {
          title: 'Cached objects',
          description: 'Memory use depends on it.',
          unit: 'short',
          queries: [{ expr: `max by (resource) (${of('rollcall_cache_objects')})`, legend: '{{resource}}' }],
        },
      ],
    },
    {
      title: 'Nodes and jobs',
      panels: [
        {
          title: 'ComputeNodes',
          description: 'By state.',
          unit: 'short',
          queries: [{ expr: `max by (state) (${of('rollcall_compute_nodes')})`, legend: '{{state}}' }],
        },
        {
          title: 'ComputeJobs',
          description: 'By state.',
          unit: 'short',
          queries: [{ expr: `max by (state) (${of('rollcall_compute_jobs')})`, legend: '{{state}}' }],
        },
        {
          title: 'Jobs waiting for nodes',
          description: 'See condition Scheduled of each job.',
          unit: 'short',
          queries: [{ expr: `max(${of('rollcall_placement_queue_length')})`, legend: 'waiting' }],
        },
        {
          title: 'Gangs that ended early',
          description: 'By cause; infrastructure failures do not count against backoffLimit.',
          unit: 'ops',
          queries: [{ expr: `sum by (cause) (${rate('rollcall_gangs_ended_total')})`, legend: '{{cause}}' }],
        },
      ],
    },
    {
      title: 'Process',
      panels: [
        {
          title: 'CPU',
          description: 'In CPUs.',
          unit: 'short',
          queries: [{ expr: `sum(${rate('process_cpu_seconds_total')})`, legend: 'operator' }],
        },
        {
          title: 'Memory',
          description: 'Resident memory; the limit is 512 MiB.',
          unit: 'bytes',
          queries: [{ expr: `max(${of('process_resident_memory_bytes')})`, legend: 'operator' }],
        },
        {
          title: 'First certificate to expire',
          description:
            'Remaining lifetime of the certificates and CAs issued by the operator. They are renewed when a third of it is left.',
          unit: 's',
          queries: [
            {
              expr: `min by (kind) (${of('rollcall_certificate_expiry_timestamp_seconds')}) - time()`,
              legend: '{{kind}}',
            },
          ],
        },
      ],
    },
  ],
};

/** How the operator fares. */
export const OPERATOR_DASHBOARD = dashboard(PROPS);
