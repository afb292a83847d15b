import type { PeerGroup, PeerGroupSpec } from '../../constructs/crds/peer-group.ts';
import type { RenderContext } from '../../constructs/peer-group.ts';

/** A PeerGroup `web` in the namespace `demo`, but for what is given. */
export function peerGroup(spec: PeerGroupSpec = {}, metadata: Partial<PeerGroup['metadata']> = {}): PeerGroup {
  return { metadata: { name: 'web', namespace: 'demo', ...metadata }, spec };
}

export const CONTEXT: RenderContext = { image: 'rollcall:test', clusterDomain: 'cluster.local' };

/** A PeerGroup that must be refused, and the words of the refusal that a user needs. */
export interface BadPeerGroup {
  readonly title: string;
  readonly name?: string;
  readonly spec: unknown;
  /** What is named. */
  readonly field: string;
  /** What is said of it, where the sentence is ours and so the same everywhere. */
  readonly sentence?: string;
}

const TIMEOUT = 'timeout must be at most interval';
const INTERVAL = 'interval must be a duration from 100ms to 24h';
const URL = 'url must be an http:// or https:// URL with a host and without user or password';
const NAME = 'metadata.name must be a DNS-1035 label of at most 40 characters';

/** Looks like one; nothing that reads a PeerGroup parses it. */
export const CERTIFICATE = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n';

const withPeer = (peer: object) => ({ peers: [peer] });

export const BAD_PEER_GROUPS: readonly BadPeerGroup[] = [
  {
    title: "the name of another group's Service",
    name: 'web-svc',
    spec: {},
    field: 'metadata.name',
    sentence: 'metadata.name must not end with -svc',
  },
  { title: 'negative replicas', spec: { replicas: -1 }, field: 'spec.replicas' },
  { title: 'more replicas than are supported', spec: { replicas: 5001 }, field: 'spec.replicas' },
  { title: 'an interval that is a word', spec: { interval: 'soon' }, field: 'spec.interval', sentence: INTERVAL },
  { title: 'an interval below 100ms', spec: { interval: '99ms' }, field: 'spec.interval', sentence: INTERVAL },
  { title: 'an interval above a day', spec: { interval: '24h1s' }, field: 'spec.interval', sentence: INTERVAL },
  {
    title: 'an interval beyond what 64 bits hold',
    spec: { interval: '99999999999h' },
    field: 'spec.interval',
    sentence: INTERVAL,
  },
  {
    title: 'a timeout of zero',
    spec: { timeout: '0s' },
    field: 'spec.timeout',
    sentence: 'timeout must be a duration',
  },
  {
    title: 'a timeout above the interval',
    spec: { interval: '5s', timeout: '6s' },
    field: 'spec.timeout',
    sentence: TIMEOUT,
  },
  { title: 'a timeout above the default interval', spec: { timeout: '61s' }, field: 'spec.timeout', sentence: TIMEOUT },
  { title: 'an unknown topology', spec: { topology: { type: 'Star' } }, field: 'spec.topology.type' },
  {
    title: 'a full mesh of more than 500 peers',
    spec: { replicas: 501 },
    field: 'spec.replicas',
    sentence: 'replicas must be at most 500 with topology.type FullMesh',
  },
  {
    title: 'a URL of another scheme',
    spec: withPeer({ name: 'gw', url: 'ftp://gw' }),
    field: 'spec.peers[0].url',
    sentence: URL,
  },
  {
    title: 'a URL with a password',
    spec: withPeer({ name: 'gw', url: 'http://me:secret@gw' }),
    field: 'spec.peers[0].url',
    sentence: URL,
  },
  {
    title: 'a URL without a host',
    spec: withPeer({ name: 'gw', url: 'https:///ping' }),
    field: 'spec.peers[0].url',
    sentence: URL,
  },
  {
    title: 'a URL with a port that there is not',
    spec: withPeer({ name: 'gw', url: 'http://gw:65536' }),
    field: 'spec.peers[0].url',
    sentence: URL,
  },
  {
    title: 'a peer that is neither a URL nor a group',
    spec: withPeer({ name: 'gw' }),
    field: 'spec.peers[0]',
    sentence: 'a peer must have exactly one of group and url',
  },
  {
    title: 'a URL without a name',
    spec: withPeer({ url: 'http://gw' }),
    field: 'spec.peers[0]',
    sentence: 'a peer with a url must have a name',
  },
  {
    title: 'via without a group',
    spec: withPeer({ name: 'gw', url: 'http://gw', via: 'Pods' }),
    field: 'spec.peers[0]',
    sentence: 'via requires group',
  },
  {
    title: 'a pinned certificate without TLS',
    spec: withPeer({ name: 'gw', url: 'http://gw', acceptCert: { pem: CERTIFICATE } }),
    field: 'spec.peers[0]',
    sentence: 'acceptCert requires an https:// url',
  },
  {
    title: 'a pinned certificate with its private key',
    spec: withPeer({ name: 'gw', url: 'https://gw', acceptCert: { pem: `${CERTIFICATE}-----BEGIN PRIVATE KEY-----` } }),
    field: 'spec.peers[0].acceptCert',
    sentence: 'acceptCert.pem must not contain a private key',
  },
  {
    title: 'a pinned certificate from two places',
    spec: withPeer({
      name: 'gw',
      url: 'https://gw',
      acceptCert: { pem: CERTIFICATE, configMapKeyRef: { name: 'a', key: 'b' } },
    }),
    field: 'spec.peers[0].acceptCert',
    sentence: 'acceptCert must have exactly one of pem and configMapKeyRef',
  },
  {
    title: 'two peers of one name',
    spec: { peers: [{ name: 'gw', url: 'http://gw' }, { group: 'gw' }] },
    field: 'spec.peers',
    sentence: 'peers must have unique names',
  },
  {
    title: 'a group among its own peers',
    spec: withPeer({ group: 'web' }),
    field: 'peers',
    sentence: 'peers must not reference the group itself',
  },
  {
    title: 'Sampled without a degree',
    spec: { topology: { type: 'Sampled' } },
    field: 'spec.topology',
    sentence: 'topology.degree is required with topology.type Sampled',
  },
  {
    title: 'an issuer without TLS',
    spec: { tls: { issuerRef: { name: 'ours' } } },
    field: 'spec.tls',
    sentence: 'tls.issuerRef requires tls.mode TLS or Mutual',
  },
  {
    title: 'autoscaling of one peer per node',
    spec: { placement: 'PerNode', autoscaling: { maxReplicas: 3 } },
    field: 'spec.autoscaling',
    sentence: 'autoscaling requires placement Replicas',
  },
  {
    title: 'a disruption budget of one peer per node',
    spec: { placement: 'PerNode', disruptionBudget: { maxUnavailable: 2 } },
    field: 'spec.disruptionBudget',
    sentence: 'disruptionBudget requires placement Replicas',
  },
  {
    title: 'autoscaling bounds in the wrong order',
    spec: { autoscaling: { minReplicas: 5, maxReplicas: 3 } },
    field: 'spec.autoscaling',
    sentence: 'autoscaling.minReplicas must be at most autoscaling.maxReplicas',
  },
  {
    title: 'a full mesh that may grow beyond 500 peers',
    spec: { autoscaling: { maxReplicas: 501 } },
    field: 'spec.autoscaling',
    sentence: 'autoscaling.maxReplicas must be at most 500',
  },
  {
    title: 'a peer whose name has a space',
    spec: withPeer({ name: 'my gw', url: 'http://gw' }),
    field: 'spec.peers[0].name',
    sentence: 'name must consist of at most 63 lower-case letters',
  },
  {
    title: "a peer with a name of the group's own peers",
    spec: withPeer({ name: 'web-7', url: 'http://gw' }),
    field: 'peers',
    sentence: 'peers[].name must not be <group>-<number>',
  },
  { title: 'an unknown log format', spec: { log: { format: 'xml' } }, field: 'spec.log.format' },
  {
    title: 'an empty image',
    spec: { image: '' },
    field: 'spec.image',
    sentence: 'image must be an image reference, without spaces',
  },
  {
    title: 'an image with a space',
    spec: { image: 'my image' },
    field: 'spec.image',
    sentence: 'image must be an image reference, without spaces',
  },
  {
    title: 'a toleration of any value that has one',
    spec: { tolerations: [{ key: 'a', operator: 'Exists', value: 'b' }] },
    field: 'spec.tolerations[0]',
    sentence: 'tolerations: value must be empty when operator is Exists',
  },
  {
    title: 'a toleration for a while of a taint that evicts nobody',
    spec: { tolerations: [{ key: 'a', operator: 'Exists', effect: 'NoSchedule', tolerationSeconds: 1 }] },
    field: 'spec.tolerations[0]',
    sentence: 'tolerations: effect must be NoExecute when tolerationSeconds is set',
  },
  {
    title: 'a label key with a space',
    spec: { nodeSelector: { 'a b': 'c' } },
    field: 'spec.nodeSelector',
    sentence: 'nodeSelector: keys must be label keys',
  },
  { title: 'a negative quantity', spec: { resources: { limits: { cpu: '-1' } } }, field: 'spec.resources.limits.cpu' },
  {
    title: 'a quantity that is none',
    spec: { resources: { limits: { cpu: 'much' } } },
    field: 'spec.resources.limits.cpu',
  },
  { title: 'a name of 41 characters', name: 'a'.repeat(41), spec: {}, field: 'metadata.name', sentence: NAME },
  { title: 'a name that starts with a digit', name: '1web', spec: {}, field: 'metadata.name', sentence: NAME },
  { title: 'a name with a dot', name: 'a.b', spec: {}, field: 'metadata.name', sentence: NAME },
];
