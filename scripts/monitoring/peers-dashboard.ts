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
      title: 'Who reaches whom',
      panels: [
        {
          title: 'Links up',
          description: 'Of all links that peers measure.',
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
          title: 'Links that are not measured',
          description:
            'Askers that a peer should have and has not. Without a link that is down to explain it, the mesh is blind there.',
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
          title: 'Configs refused',
          description: 'Peers that go on with an older config.',
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
          title: 'Links that are down now',
          description: 'From the prober to the peer.',
          type: 'table',
          unit: 'short',
          queries: [
            { expr: `sum by (namespace, peergroup, prober, peer) (${of('rollcall_peer_up')} == 0)`, legend: '' },
          ],
        },
        {
          title: 'Failed pings by phase',
          description: 'The phase that failed says where to look: name resolution, connection, certificate, answer.',
          unit: 'ops',
          queries: [{ expr: `sum by (phase) (${rate(of('rollcall_ping_failures_total'))})`, legend: '{{phase}}' }],
        },
        {
          title: 'Changes of links',
          description: 'Links that were added, removed, came up or went down, and why.',
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
          title: 'Ping, by group',
          description: 'Answered pings, everything included. Read it together with "Is it the network, or is it me?".',
          unit: 's',
          queries: [0.5, 0.99].map((q) => ({
            expr: quantile(q, 'namespace, peergroup', 'phase="total"'),
            legend: `${GROUP} p${q * 100}`,
          })),
        },
        {
          title: 'p99 by phase',
          description: 'dns, connect and tls happen on new connections only.',
          unit: 's',
          queries: [{ expr: quantile(0.99, 'phase'), legend: '{{phase}}' }],
        },
        {
          title: 'p99 by zone of the peer',
          description: 'Zones are known of groups with one peer per node.',
          unit: 's',
          queries: [{ expr: quantile(0.99, 'zone', 'phase="total"'), legend: '{{zone}}' }],
        },
      ],
    },
    {
      title: 'Is it the network, or is it me?',
      panels: [
        {
          title: 'Held back for the CPU limit',
          description: 'The share of time for which the kernel held the most throttled peer back.',
          unit: 'percentunit',
          queries: [{ expr: `max ${BY_GROUP} (${rate(of('rollcall_cpu_throttled_seconds_total'))})`, legend: GROUP }],
        },
        {
          title: 'Event loop late',
          description: 'The worst delay of any peer since the scrape before.',
          unit: 's',
          queries: [
            { expr: `max ${BY_GROUP} (${of('rollcall_event_loop_delay_seconds', 'quantile="1"')})`, legend: GROUP },
          ],
        },
        {
          title: 'Pings sent late, p99; slots left out',
          description: 'Pings that went out after their slot, and slots that came too late to be used.',
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
          description: 'draining: the peer said that it is going away, which is no failure.',
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
          description: 'What is left of it. Renewed when a third of its life is left.',
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
