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
const NAME = 'metadata.name must be at most 40 lower-case letters, digits and -, the first a letter';

const withPeer = (peer: object) => ({ peers: [peer] });

export const BAD_PEER_GROUPS: readonly BadPeerGroup[] = [
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
  { title: 'a peer without a URL', spec: withPeer({ name: 'gw' }), field: 'spec.peers[0].url' },
  {
    title: 'a peer whose name has a space',
    spec: withPeer({ name: 'my gw', url: 'http://gw' }),
    field: 'spec.peers[0].name',
    sentence: 'name must be lower-case letters',
  },
  {
    title: "a peer with a name of the group's own peers",
    spec: withPeer({ name: 'web-7', url: 'http://gw' }),
    field: 'peers',
    sentence: "peers must not have a name of the group's own peers",
  },
  { title: 'an unknown log format', spec: { log: { format: 'xml' } }, field: 'spec.log.format' },
  {
    title: 'an empty image',
    spec: { image: '' },
    field: 'spec.image',
    sentence: 'image must be an image reference, without spaces',
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
