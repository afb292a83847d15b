import { type DashboardProps, dashboard } from './dashboard.ts';

const GROUPS = 'namespace=~"$namespace",peergroup=~"$peergroup"';
const of = (metric: string, more = '') => `${metric}{${GROUPS}${more && `,${more}`}}`;
const rate = (series: string) => `rate(${series}[$__rate_interval])`;
const BY_GROUP = 'by (namespace, peergroup)';
const GROUP = '{{namespace}}/{{peergroup}}';

const quantile = (q: number, by: string, more = '') =>
  `histogram_quantile(${q}, sum by (le, ${by}) (${rate(of('rollcall_ping_phase_seconds_bucket', more))}))`;

const PROPS: DashboardProps = {
  uid: 'rollcall-peers',
  title: 'Rollcall / Peers',
  variables: [
    { name: 'namespace', query: 'label_values(rollcall_askers_expected, namespace)' },
    { name: 'peergroup', query: 'label_values(rollcall_askers_expected{namespace=~"$namespace"}, peergroup)' },
  ],
  rows: [
    {
      title: 'Connectivity',
      panels: [
        {
          title: 'Links up',
          description: 'Share of all links.',
          type: 'stat',
          unit: 'percentunit',
          queries: [{ expr: `avg ${BY_GROUP} (${of('rollcall_peer_up')})`, legend: GROUP }],
        },
        {
          title: 'Links down',
          description: 'Links whose last three pings failed, or that have not answered yet.',
          type: 'stat',
          unit: 'short',
          queries: [{ expr: `sum ${BY_GROUP} (1 - ${of('rollcall_peer_up')})`, legend: GROUP }],
        },
        {
          title: 'Links without measurements',
          description:
            'Expected sources of pings that have not pinged a peer. Unless a link is down, nothing is known about these links.',
          type: 'stat',
          unit: 'short',
          queries: [
            {
              expr: `sum ${BY_GROUP} (${of('rollcall_askers_expected')} - ${of('rollcall_askers_seen')})`,
              legend: GROUP,
            },
          ],
        },
        {
          title: 'Rejected configurations',
          description: 'Peers that keep using a previous configuration.',
          type: 'stat',
          unit: 'short',
          queries: [{ expr: `sum ${BY_GROUP} (${of('rollcall_config_refused')})`, legend: GROUP }],
        },
      ],
    },
    {
      title: 'Links',
      panels: [
        {
          title: 'Links that are down',
          description: 'From prober to peer.',
          type: 'table',
          unit: 'short',
          queries: [
            { expr: `sum by (namespace, peergroup, prober, peer) (${of('rollcall_peer_up')} == 0)`, legend: '' },
          ],
        },
        {
          title: 'Failed pings by phase',
          description: 'The failed phase indicates the cause: name resolution, connection, certificate or response.',
          unit: 'ops',
          queries: [{ expr: `sum by (phase) (${rate(of('rollcall_ping_failures_total'))})`, legend: '{{phase}}' }],
        },
        {
          title: 'Link changes',
          description: 'Links that were added, were removed, came up or went down, with the reason.',
          unit: 'ops',
          queries: [
            {
              expr: `sum by (change, reason) (${rate(of('rollcall_link_changes_total'))})`,
              legend: '{{change}} ({{reason}})',
            },
          ],
        },
      ],
    },
    {
      title: 'Latency',
      panels: [
        {
          title: 'Ping latency by group',
          description: 'Total latency of answered pings. Compare with "Network or peer?".',
          unit: 's',
          queries: [0.5, 0.99].map((q) => ({
            expr: quantile(q, 'namespace, peergroup', 'phase="total"'),
            legend: `${GROUP} p${q * 100}`,
          })),
        },
        {
          title: 'p99 by phase',
          description: 'Phases dns, connect and tls occur on new connections only.',
          unit: 's',
          queries: [{ expr: quantile(0.99, 'phase'), legend: '{{phase}}' }],
        },
        {
          title: 'p99 by zone of the peer',
          description: 'Zones are known for groups with one peer per node.',
          unit: 's',
          queries: [{ expr: quantile(0.99, 'zone', 'phase="total"'), legend: '{{zone}}' }],
        },
      ],
    },
    {
      title: 'Network or peer?',
      panels: [
        {
          title: 'CPU throttling',
          description: 'Share of time for which the most throttled peer was throttled.',
          unit: 'percentunit',
          queries: [{ expr: `max ${BY_GROUP} (${rate(of('rollcall_cpu_throttled_seconds_total'))})`, legend: GROUP }],
        },
        {
          title: 'Event loop delay',
          description: 'Maximum over all peers in the last one to two minutes.',
          unit: 's',
          // The highest quantile is the maximum. It is not selected: Prometheus 3 calls it 1.0, older ones 1.
          queries: [{ expr: `max ${BY_GROUP} (${of('rollcall_event_loop_delay_seconds')})`, legend: GROUP }],
        },
        {
          title: 'Delay of pings, p99; missed slots',
          description: 'How late pings were sent, and slots that were skipped because they were too late.',
          unit: 's',
          queries: [
            {
              expr: `histogram_quantile(0.99, sum by (le, namespace, peergroup) (${rate(of('rollcall_ping_lateness_seconds_bucket'))}))`,
              legend: `${GROUP} late by`,
            },
            {
              expr: `sum ${BY_GROUP} (${rate(of('rollcall_ping_slots_missed_total'))})`,
              legend: `${GROUP} left out a second`,
            },
          ],
        },
      ],
    },
    {
      title: 'Peers',
      panels: [
        {
          title: 'Pings by outcome',
          description: 'draining: the peer announced its shutdown, which is not a failure.',
          unit: 'ops',
          queries: [{ expr: `sum by (outcome) (${rate(of('rollcall_pings_total'))})`, legend: '{{outcome}}' }],
        },
        {
          title: 'CPU of the busiest peer',
          description: 'In CPUs.',
          unit: 'short',
          queries: [{ expr: `max ${BY_GROUP} (${rate(of('process_cpu_seconds_total'))})`, legend: GROUP }],
        },
        {
          title: 'Memory of the largest peer',
          description: 'Resident memory.',
          unit: 'bytes',
          queries: [{ expr: `max ${BY_GROUP} (${of('process_resident_memory_bytes')})`, legend: GROUP }],
        },
        {
          title: 'First certificate to expire',
          description: 'Remaining lifetime. Certificates are renewed when a third of it is left.',
          unit: 's',
          queries: [
            {
              expr: `min ${BY_GROUP} (${of('rollcall_certificate_expiry_timestamp_seconds')}) - time()`,
              legend: GROUP,
            },
          ],
        },
      ],
    },
  ],
};

/** What peers measure, by group. */
export const PEERS_DASHBOARD = dashboard(PROPS);
