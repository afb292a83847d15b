import { type AlertRule, expiringCertificates } from './alert-rule.ts';

/** Name of the group in the texts of an alert. */
const GROUP = '{{ $labels.namespace }}/{{ $labels.peergroup }}';
const BY_GROUP = 'by (namespace, peergroup)';

/**
 * Alerts on measurements of peers, at most one for each group or target: otherwise, a network partition would fire for each
 * link.
 *
 * @param matchers which series: those of one group, or of all. They need the labels of PEER_RELABELINGS
 */
export function peerRules(matchers: string): AlertRule[] {
  const of = (metric: string) => `${metric}{${matchers}}`;
  const down = `${of('rollcall_peer_up')} == 0`;
  const isUp = `${of('rollcall_peer_up')} == 1`;
  const losing = `${of('rollcall_peer_loss_ratio')} > 0.05 and on (namespace, peergroup, prober, peer) ${isUp}`;
  const upTheOtherWay = turnedRound(isUp);
  const notAsked = `${of('rollcall_askers_expected')} - ${of('rollcall_askers_seen')} > 0`;
  /** Every source of pings has had enough time for one. */
  const hadTime = `${of('rollcall_config_age_seconds')} > 2 * ${of('rollcall_ping_interval_seconds')}`;
  const throttled = `max ${BY_GROUP} (rate(${of('rollcall_cpu_throttled_seconds_total')}[5m]))`;
  const unsent = `increase(${of('rollcall_prober_errors_total')}[5m]) > 0`;
  const missed = `sum ${BY_GROUP} (rate(${of('rollcall_ping_slots_missed_total')}[5m]))`;
  const sent = `sum ${BY_GROUP} (rate(${of('rollcall_pings_total')}[5m]))`;
  return [
    {
      alert: 'RollcallPeerDown',
      expr: `count by (namespace, peergroup, peer) (${down})`,
      for: '1m',
      labels: { severity: 'critical' },
      annotations: {
        summary: `${GROUP}: {{ $value }} of its peers cannot reach {{ $labels.peer }}.`,
        description: `Run kubectl -n {{ $labels.namespace }} describe pg {{ $labels.peergroup }} to see the links and the cause.`,
      },
    },
    {
      alert: 'RollcallOneWayLink',
      expr: `count by (namespace, peergroup, peer) (${down} and on (namespace, peergroup, prober, peer) ${upTheOtherWay})`,
      for: '1m',
      labels: { severity: 'warning' },
      annotations: {
        summary: `${GROUP}: {{ $value }} of its peers cannot reach {{ $labels.peer }}, which can reach them.`,
        description:
          'Both ends are running: look for something that treats the two directions differently, such as a NetworkPolicy, a firewall or a route.',
      },
    },
    {
      alert: 'RollcallLinkLoss',
      expr: `count by (namespace, peergroup, peer) (${losing})`,
      for: '10m',
      labels: { severity: 'warning' },
      annotations: {
        summary: `${GROUP}: {{ $value }} of its peers lose more than 5 % of their pings to {{ $labels.peer }}.`,
        description:
          'The links are Up, but packets or connections are lost, or one of several addresses of the name does not answer.',
      },
    },
    {
      alert: 'RollcallMeshBlind',
      expr: `sum ${BY_GROUP} (${notAsked} and ${hadTime}) unless on (namespace, peergroup) ${down}`,
      for: '5m',
      labels: { severity: 'warning' },
      annotations: {
        summary: `${GROUP}: no link is reported down, but {{ $value }} of its links are not measured.`,
        description:
          'Some peers are pinged by fewer peers than expected: look for pods that hang or that use an older configuration.',
      },
    },
    {
      alert: 'RollcallPeersNotScraped',
      expr: `count ${BY_GROUP} (${of('up')} == 0)`,
      for: '5m',
      labels: { severity: 'warning' },
      annotations: {
        summary: `${GROUP}: Prometheus cannot scrape {{ $value }} of its peers, so other alerts do not cover them.`,
        description: 'Add the namespace of Prometheus to spec.networkPolicy.from of the group.',
      },
    },
    {
      alert: 'RollcallCertificateExpiry',
      expr: expiringCertificates('namespace, peergroup', of),
      for: '1m',
      labels: { severity: 'warning' },
      annotations: {
        summary: `${GROUP}: a peer's certificate expires in {{ $value | humanizeDuration }} and has not been renewed.`,
        description: `kubectl -n {{ $labels.namespace }} describe pg {{ $labels.peergroup }} to see what blocks the renewal.`,
      },
    },
    {
      alert: 'RollcallConfigRefused',
      expr: `sum ${BY_GROUP} (${of('rollcall_config_refused')}) > 0`,
      for: '1m',
      labels: { severity: 'warning' },
      annotations: {
        summary: `${GROUP}: {{ $value }} of its peers rejected their configuration and keep using the previous one.`,
        description: "The peer's log has a line with the path and the reason.",
      },
    },
    {
      alert: 'RollcallProberErrors',
      expr: `count by (namespace, peergroup, code) (${unsent})`,
      for: '10m',
      labels: { severity: 'warning' },
      annotations: {
        summary: `${GROUP}: {{ $value }} of its peers cannot send pings: {{ $labels.code }}.`,
        description:
          'The error is local to their node: file descriptors, buffers, ports or a firewall rule. Links that they cannot ping are Unknown, not Down.',
      },
    },
    {
      alert: 'RollcallProberStarved',
      expr: `${throttled} > 0.1 or ${missed} > 0.01 * ${sent}`,
      for: '10m',
      labels: { severity: 'info' },
      annotations: {
        summary: `${GROUP}: peers are short of CPU; part of their latency is not from the network.`,
        description: 'Increase the CPU in spec.resources or the interval of the group.',
      },
    },
  ];
}

/** The same series with the two ends of their links exchanged. */
function turnedRound(links: string): string {
  const copy = (vector: string, from: string, to: string) =>
    `label_replace(${vector}, "${to}", "$1", "${from}", "(.*)")`;
  return copy(copy(copy(links, 'prober', 'swap'), 'peer', 'prober'), 'swap', 'peer');
}
