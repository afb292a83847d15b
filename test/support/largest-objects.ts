import type { ComputeJobSpec } from '../../constructs/crds/compute-job.ts';
import type { ComputeNodeSpec } from '../../constructs/crds/compute-node.ts';
import type { PeerGroupSpec } from '../../constructs/crds/peer-group.ts';

/** One object at some of its schema's limits. etcd takes 1.5 MiB, so that no object reaches all of them. */
export interface LargestObject {
  readonly kind: 'PeerGroup' | 'ComputeJob' | 'ComputeNode';
  readonly title: string;
  readonly spec: unknown;
  readonly status?: unknown;
  /** One that the normal tier measures. */
  readonly inShort?: boolean;
}

const MAX_PEERS = 256;
const LONG_AMOUNT = '1'.repeat(18);
const peers = <T>(count: number, entry: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => entry(i));
const padded = (text: string, length: number) => text.padEnd(length, 'x');
const url = (i: number, scheme = 'https') => padded(`${scheme}://h${i}.example:65535/`, 1024);
const name = (i: number) => padded(`p${i}.`, 63);
const certificate = (length: number) => padded('-----BEGIN CERTIFICATE-----', length);
const labels = (count: number) => Object.fromEntries(peers(count, (i) => [`l${i}`, padded('v', 63)]));

const selector = {
  matchLabels: labels(32),
  matchExpressions: peers(32, (i) => ({ key: `k${i}`, operator: 'In' as const, values: peers(3, () => 'v') })),
};
const everything: PeerGroupSpec = {
  replicas: 5000,
  placement: 'Replicas',
  interval: '1h0m0s',
  timeout: '59m59s999ms',
  topology: { type: 'Sampled', degree: 100 },
  tls: { mode: 'Mutual', issuerRef: { name: padded('i', 253) } },
  service: { annotations: Object.fromEntries(peers(32, (i) => [`a${i}`, padded('v', 4096)])) },
  autoscaling: { minReplicas: 1, maxReplicas: 5000 },
  networkPolicy: { from: peers(64, () => ({ podSelector: selector })) },
  resources: { requests: { cpu: '1' }, limits: { cpu: '1' } },
  image: padded('i', 1024),
};

const PEER_GROUPS: readonly LargestObject[] = [
  {
    title: 'peers with URLs',
    inShort: true,
    spec: { peers: peers(MAX_PEERS, (i) => ({ name: name(i), url: url(i) })) },
  },
  {
    title: 'peers with URLs, certificates of ConfigMaps and everything else',
    spec: {
      ...everything,
      peers: peers(MAX_PEERS, (i) => ({
        name: name(i),
        url: url(i),
        expect: 'Unreachable' as const,
        acceptCert: { configMapKeyRef: { name: padded('c', 253), key: padded('k', 253) } },
      })),
    },
  },
  {
    title: 'peers that are groups and have names of numbers',
    spec: {
      peers: peers(MAX_PEERS, (i) => ({
        name: `${'p-'.repeat(28)}${i}`,
        group: padded('g', 40),
        via: 'Pods' as const,
      })),
    },
  },
  {
    title: 'peers that are groups without names',
    spec: { peers: peers(MAX_PEERS, (i) => ({ group: padded(`g${i}`, 40), via: 'Service' as const })) },
  },
  {
    title: 'peers with certificates',
    spec: {
      peers: peers(80, (i) => ({ name: name(i), url: url(i), acceptCert: { pem: certificate(16_384) } })),
    },
  },
  {
    title: 'as many peers with certificates as there is room for',
    spec: {
      peers: peers(MAX_PEERS, (i) => ({ name: name(i), url: url(i), acceptCert: { pem: certificate(3_500) } })),
    },
  },
].map((variant) => ({ kind: 'PeerGroup', ...variant }));

const job: ComputeJobSpec = {
  command: peers(12, () => padded('c', 65_536)),
  args: peers(244, () => padded('a', 500)),
  env: peers(256, (i) => ({ name: padded(`E${i}`, 253), value: padded('v', 1_000) })),
  image: padded('i', 1024),
  nodeSelector: labels(64),
  tolerations: peers(64, () => ({ key: padded('k', 316), value: padded('v', 63) })),
  imagePullSecrets: peers(16, (i) => ({ name: padded(`s${i}`, 253) })),
};
const JOBS: readonly LargestObject[] = [
  { title: 'long commands and environment', spec: job },
  { title: 'long commands and environment, finished', spec: job, status: { state: 'Completed' } },
  {
    title: 'the longest environment, finished',
    spec: { command: ['true'], env: peers(256, (i) => ({ name: padded(`E${i}`, 253), value: padded('v', 4_500) })) },
    status: { state: 'Failed' },
  },
].map((variant) => ({ kind: 'ComputeJob', ...variant }));

const node: ComputeNodeSpec = {
  resources: Object.fromEntries(peers(64, (i) => [padded(`example.com/r${i}`, 300), LONG_AMOUNT])),
};

export const LARGEST_OBJECTS: readonly LargestObject[] = [
  ...PEER_GROUPS,
  ...JOBS,
  { kind: 'ComputeNode', title: 'as many resources as it may name', spec: node },
];
