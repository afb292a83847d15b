import type { AlertCase } from './alert-case.ts';

const labels = (more: Record<string, string>, group = 'web') =>
  Object.entries({ namespace: 'demo', peergroup: group, ...more })
    .map(([name, value]) => `${name}="${value}"`)
    .join();
const from = (metric: string, prober: string, group = 'web') => `${metric}{${labels({ prober }, group)}}`;
const link = (prober: string, peer: string, group = 'web') => `rollcall_peer_up{${labels({ prober, peer }, group)}}`;

const WEB = { namespace: 'demo', peergroup: 'web' };
const DAY = 86_400;

/** A peer's certificate at the Unix epoch, and what is left and was the whole of its life then, in seconds. */
const certificate = (left: number, life: number) => ({
  [from('rollcall_certificate_expiry_timestamp_seconds', 'web-0')]: `${left}x20`,
  [from('rollcall_certificate_not_before_timestamp_seconds', 'web-0')]: `${left - life}x20`,
});

/** Pings that this peer could not send. */
const unsent = (prober: string, code: string) => `rollcall_prober_errors_total{${labels({ prober, code })}}`;

/** A peer that is pinged by one of the two that should ping it, with a config of that age and interval in seconds. */
const halfSeen = (age: number, interval: number) => ({
  [from('rollcall_askers_expected', 'web-1')]: '2x20',
  [from('rollcall_askers_seen', 'web-1')]: '1x20',
  [from('rollcall_config_age_seconds', 'web-1')]: `${age}+60x20`,
  [from('rollcall_ping_interval_seconds', 'web-1')]: `${interval}x20`,
});

export const PEER_CASES: readonly AlertCase[] = [
  {
    title: 'a peer that two others do not reach, once for the peer',
    alert: 'RollcallPeerDown',
    series: { [link('web-0', 'web-2')]: '1 0x9', [link('web-1', 'web-2')]: '1 0x9', [link('web-2', 'web-0')]: '1x10' },
    at: '3m',
    fires: [{ labels: { ...WEB, peer: 'web-2' }, summary: 'demo/web: 2 of its peers cannot reach web-2.' }],
  },
  {
    title: 'a peer that has been out of reach for less than a minute',
    alert: 'RollcallPeerDown',
    series: { [link('web-0', 'web-2')]: '1x2 0x9' },
    at: '3m',
  },
  {
    title: 'a peer that is reached again',
    alert: 'RollcallPeerDown',
    series: { [link('web-0', 'web-2')]: '0x5 1x5' },
    at: '7m',
  },
  {
    title: 'a link that works in the other direction',
    alert: 'RollcallOneWayLink',
    series: { [link('web-0', 'web-1')]: '0x9', [link('web-1', 'web-0')]: '1x9' },
    at: '3m',
    fires: [
      {
        labels: { ...WEB, peer: 'web-1' },
        summary: 'demo/web: 1 of its peers cannot reach web-1, which can reach them.',
      },
    ],
  },
  {
    title: 'a link that works in neither direction',
    alert: 'RollcallOneWayLink',
    series: { [link('web-0', 'web-1')]: '0x9', [link('web-1', 'web-0')]: '0x9' },
    at: '3m',
  },
  {
    title: 'a link whose other direction works in another group only',
    alert: 'RollcallOneWayLink',
    series: { [link('node-a', 'node-b')]: '0x9', [link('node-b', 'node-a', 'other')]: '1x9' },
    at: '3m',
  },
  {
    title: 'a link that is Up and loses pings',
    alert: 'RollcallLinkLoss',
    series: {
      [link('web-0', 'web-1')]: '1x30',
      [link('web-0', 'web-1').replace('rollcall_peer_up', 'rollcall_peer_loss_ratio')]: '0.2x30',
    },
    at: '15m',
    fires: [
      {
        labels: { ...WEB, peer: 'web-1' },
        summary: 'demo/web: 1 of its peers lose more than 5 % of their pings to web-1.',
      },
    ],
  },
  {
    title: 'a link that lost a ping in a hundred',
    alert: 'RollcallLinkLoss',
    series: {
      [link('web-0', 'web-1')]: '1x30',
      [link('web-0', 'web-1').replace('rollcall_peer_up', 'rollcall_peer_loss_ratio')]: '0.01x30',
    },
    at: '15m',
  },
  {
    title: 'a link that nobody measures and nobody reports',
    alert: 'RollcallMeshBlind',
    series: { ...halfSeen(600, 60), [link('web-0', 'web-1')]: '1x20' },
    at: '10m',
    fires: [{ labels: WEB, summary: 'demo/web: no link is reported down, but 1 of its links are not measured.' }],
  },
  {
    title: 'missing pings that a link which is down explains',
    alert: 'RollcallMeshBlind',
    series: { ...halfSeen(600, 60), [link('web-0', 'web-1')]: '0x20' },
    at: '10m',
  },
  {
    title: 'missing pings whose time has not come since the config was loaded',
    alert: 'RollcallMeshBlind',
    series: halfSeen(60, 3_600),
    at: '10m',
  },
  {
    title: 'a peer that every other pings',
    alert: 'RollcallMeshBlind',
    series: { ...halfSeen(600, 60), [from('rollcall_askers_seen', 'web-1')]: '2x20' },
    at: '10m',
  },
  {
    title: 'peers that Prometheus does not reach',
    alert: 'RollcallPeersNotScraped',
    series: { [from('up', 'web-0')]: '0x20', [from('up', 'web-1')]: '0x20' },
    at: '6m',
    fires: [
      {
        labels: WEB,
        summary: 'demo/web: Prometheus cannot scrape 2 of its peers, so other alerts do not cover them.',
      },
    ],
  },
  {
    title: 'peers that Prometheus reaches',
    alert: 'RollcallPeersNotScraped',
    series: { [from('up', 'web-0')]: '1x20' },
    at: '6m',
  },
  {
    title: 'a certificate of ninety days with thirteen left',
    alert: 'RollcallCertificateExpiry',
    series: certificate(13 * DAY, 90 * DAY),
    at: '2m',
    fires: [
      {
        labels: WEB,
        summary: "demo/web: a peer's certificate expires in 12d 23h 58m 0s and has not been renewed.",
      },
    ],
  },
  {
    title: 'a certificate of an hour with ten minutes left',
    alert: 'RollcallCertificateExpiry',
    series: certificate(600, 3_600),
    at: '2m',
    fires: [{ labels: WEB, summary: "demo/web: a peer's certificate expires in 8m 0s and has not been renewed." }],
  },
  {
    title: 'a certificate of an hour with half of it left',
    alert: 'RollcallCertificateExpiry',
    series: certificate(1_800, 3_600),
    at: '2m',
  },
  {
    title: 'a certificate of a year with a month left',
    alert: 'RollcallCertificateExpiry',
    series: certificate(30 * DAY, 365 * DAY),
    at: '2m',
  },
  {
    title: 'a config that one peer refused',
    alert: 'RollcallConfigRefused',
    series: { [from('rollcall_config_refused', 'web-0')]: '1x9', [from('rollcall_config_refused', 'web-1')]: '0x9' },
    at: '3m',
    fires: [
      {
        labels: WEB,
        summary: 'demo/web: 1 of its peers rejected their configuration and keep using the previous one.',
      },
    ],
  },
  {
    title: 'a config that every peer uses',
    alert: 'RollcallConfigRefused',
    series: { [from('rollcall_config_refused', 'web-0')]: '0x9' },
    at: '3m',
  },
  {
    title: 'peers that run out of descriptors again and again',
    alert: 'RollcallProberErrors',
    series: { [unsent('web-0', 'EMFILE')]: '0+6x30', [unsent('web-1', 'EMFILE')]: '0 0 0 0+1x30' },
    at: '20m',
    fires: [{ labels: { ...WEB, code: 'EMFILE' }, summary: 'demo/web: 2 of its peers cannot send pings: EMFILE.' }],
  },
  {
    title: 'a peer that ran out of descriptors once',
    alert: 'RollcallProberErrors',
    series: { [unsent('web-0', 'EMFILE')]: '0x4 9x30' },
    at: '10m',
  },
  {
    title: 'a peer that is held back half of the time',
    alert: 'RollcallProberStarved',
    series: { [from('rollcall_cpu_throttled_seconds_total', 'web-0')]: '0+30x30' },
    at: '20m',
    fires: [
      {
        labels: WEB,
        summary: 'demo/web: peers are short of CPU; part of their latency is not from the network.',
      },
    ],
  },
  {
    title: 'peers that leave out one ping of thirty',
    alert: 'RollcallProberStarved',
    series: {
      [`rollcall_pings_total{${labels({ prober: 'web-0', outcome: 'ok' })}}`]: '0+58x30',
      [from('rollcall_ping_slots_missed_total', 'web-0')]: '0+2x30',
    },
    at: '20m',
    fires: [
      {
        labels: WEB,
        summary: 'demo/web: peers are short of CPU; part of their latency is not from the network.',
      },
    ],
  },
  {
    title: 'a peer that is held back one second of twenty, and leaves out no ping',
    alert: 'RollcallProberStarved',
    series: {
      [from('rollcall_cpu_throttled_seconds_total', 'web-0')]: '0+3x30',
      [`rollcall_pings_total{${labels({ prober: 'web-0', outcome: 'ok' })}}`]: '0+60x30',
      [from('rollcall_ping_slots_missed_total', 'web-0')]: '0x30',
    },
    at: '20m',
  },
];
