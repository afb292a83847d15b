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
          title: 'Time of a pass, p99; the oldest',
          description: 'A pass that grows old hangs: every request ends within 15 s.',
          unit: 's',
          queries: [
            { expr: p99('controller_runtime_reconcile_time_seconds', 'controller'), legend: '{{controller}}' },
            {
              expr: `max by (name) (${of('workqueue_longest_running_processor_seconds')})`,
              legend: '{{name}}: the oldest that goes on',
            },
          ],
        },
        {
          title: 'Passes by result',
          description: 'A pass that finds nothing to do succeeds, too.',
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
          description: 'By method and status. Nothing changes: only reads of Secrets at each resync.',
          unit: 'ops',
          queries: [
            {
              expr: `sum by (method, code) (${rate('rest_client_requests_total')})`,
              legend: '{{method}} {{code}}',
            },
          ],
        },
        {
          title: 'Watches that failed',
          description: 'They are opened again; many in a row mean a bad connection.',
          unit: 'ops',
          queries: [
            {
              expr: `sum by (resource, code) (${rate('rollcall_watch_failures_total')})`,
              legend: '{{resource}} {{code}}',
            },
          ],
        },
        {
          title: 'Objects in the caches',
          description: 'What the memory goes by.',
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
          title: 'Jobs that wait for nodes',
          description: 'The condition Scheduled of each says for what.',
          unit: 'short',
          queries: [{ expr: `max(${of('rollcall_placement_queue_length')})`, legend: 'waiting' }],
        },
        {
          title: 'Gangs that ended early',
          description: 'By cause; infrastructure does not count against backoffLimit.',
          unit: 'ops',
          queries: [{ expr: `sum by (cause) (${rate('rollcall_gangs_ended_total')})`, legend: '{{cause}}' }],
        },
      ],
    },
    {
      title: 'The process',
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
          description: 'Of the leaves and CAs that it keeps: what is left. Renewed when a third of its life is left.',
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
