import { type AlertRule, expiringCertificates } from './alert-rule.ts';

/** Of the group that an alert is about, as its sentences name it. */
const GROUP = '{{ $labels.namespace }}/{{ $labels.peergroup }}';
const BY_GROUP = 'by (namespace, peergroup)';

/**
 * Alerts on what peers measure, at most one for each group or target: a network that breaks in two would else fire for every
 * one of its links.
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
  /** Every asker of this config has had its turn. */
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
        summary: `${GROUP}: {{ $value }} of its peers do not reach {{ $labels.peer }}.`,
        description: `kubectl -n {{ $labels.namespace }} describe pg {{ $labels.peergroup }} names the links and the reason.`,
      },
    },
    {
      alert: 'RollcallOneWayLink',
      expr: `count by (namespace, peergroup, peer) (${down} and on (namespace, peergroup, prober, peer) ${upTheOtherWay})`,
      for: '1m',
      labels: { severity: 'warning' },
      annotations: {
        summary: `${GROUP}: {{ $value }} of its peers do not reach {{ $labels.peer }}, which reaches them.`,
        description:
          'Both ends run, so look for what treats the two directions differently: a NetworkPolicy, a firewall, a route.',
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
          'The links count as Up, but packets, connections or one of several addresses behind the name are lost.',
      },
    },
    {
      alert: 'RollcallMeshBlind',
      expr: `sum ${BY_GROUP} (${notAsked} and ${hadTime}) unless on (namespace, peergroup) ${down}`,
      for: '5m',
      labels: { severity: 'warning' },
      annotations: {
        summary: `${GROUP}: no link is reported to be down, and yet {{ $value }} of its links are not measured.`,
        description:
          'Some peers are pinged by fewer peers than should ping them: look for pods that hang, or that run an older config.',
      },
    },
    {
      alert: 'RollcallPeersNotScraped',
      expr: `count ${BY_GROUP} (${of('up')} == 0)`,
      for: '5m',
      labels: { severity: 'warning' },
      annotations: {
        summary: `${GROUP}: Prometheus does not reach {{ $value }} of its peers, so no other alert sees what they measure.`,
        description: "The group's spec.networkPolicy.from has to name Prometheus' namespace.",
      },
    },
    {
      alert: 'RollcallCertificateExpiry',
      expr: expiringCertificates('namespace, peergroup', of),
      for: '1m',
      labels: { severity: 'warning' },
      annotations: {
        summary: `${GROUP}: a peer's certificate expires in {{ $value | humanizeDuration }}, and was not renewed.`,
        description: `kubectl -n {{ $labels.namespace }} describe pg {{ $labels.peergroup }} says what holds the renewal up.`,
      },
    },
    {
      alert: 'RollcallConfigRefused',
      expr: `sum ${BY_GROUP} (${of('rollcall_config_refused')}) > 0`,
      for: '1m',
      labels: { severity: 'warning' },
      annotations: {
        summary: `${GROUP}: {{ $value }} of its peers refused their config and go on with the one before.`,
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
          'The error is of their own machine: descriptors, buffers, ports, or a local rule. What they do not ping is Unknown, not Down.',
      },
    },
    {
      alert: 'RollcallProberStarved',
      expr: `${throttled} > 0.1 or ${missed} > 0.01 * ${sent}`,
      for: '10m',
      labels: { severity: 'info' },
      annotations: {
        summary: `${GROUP}: peers wait for CPU; their latencies are partly their own, not the network's.`,
        description: 'Give the group more CPU in spec.resources, or a longer interval.',
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
