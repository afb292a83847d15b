/**
 * PeerGroup: the one source of its schema, defaults, rules, columns and TypeScript types. The CRD in dist/, the typed
 * constructs in imports/ and the reference page are made from it.
 */
import * as z from 'zod';
import { DURATION_PATTERN, tryParseDuration } from '../duration.ts';
import { InvalidPeerGroupError } from '../errors.ts';
import { API_GROUP } from '../names.ts';
import { completeSpec } from './complete-spec.ts';
import type { CustomResourceKind } from './custom-resource.ts';
import { conditions, durationField, patternField, quantitiesField } from './fields.ts';
import { type Rule, withRules } from './rule.ts';

const MAX_REPLICAS = 5000;
/** A full mesh has replicas² links. */
const MAX_FULL_MESH = 500;
/** Names of children are this name plus a suffix, and the pods' revision label adds a hash. */
const MAX_NAME = 40;
const NAME_PATTERN = '^[a-z]([-a-z0-9]*[a-z0-9])?$';
const PORT = '(6553[0-5]|655[0-2][0-9]|65[0-4][0-9]{2}|6[0-4][0-9]{3}|[1-5][0-9]{4}|[0-9]{1,4})';
/** Host name, IPv4 or [IPv6] address. No user and password: the URL is logged. */
const URL_PATTERN = `^https?://([A-Za-z0-9_][-A-Za-z0-9_.]*|\\[[0-9A-Fa-f:.]+\\])(:${PORT})?([/?#]\\S*)?$`;

const topology = z.object({
  type: z
    .enum(['FullMesh', 'Ring', 'None'])
    .default('FullMesh')
    .describe('FullMesh: every peer pings every other. Ring: each the next one. None: only the entries of peers.'),
});

const peer = z
  .object({
    name: patternField(
      'name',
      '^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$',
      63,
      'must be lower-case letters, digits, - and ., at most 63 characters',
    ).describe('Name of the peer in logs, metrics and reports; unique within the group.'),
    url: patternField(
      'url',
      URL_PATTERN,
      1024,
      'must be an http:// or https:// URL with a host and without user or password',
    ).describe('What to ping: it must answer pong. The path is /ping unless the URL has one.'),
  })
  .describe('One more peer.');

const log = z.object({
  replies: z
    .enum(['All', 'Changes'])
    .default('All')
    .describe('All: a line for every reply. Changes: only when a peer goes down or comes back.'),
  format: z.enum(['text', 'json']).default('text').describe('text: a sentence a line. json: an object a line.'),
});

const resources = z.object({
  requests: quantitiesField().optional().describe('What the scheduler sets aside for a pod.'),
  limits: quantitiesField().optional().describe('What a pod may use at most.'),
});

const timeoutWithinInterval: Rule<{ timeout?: string | undefined; interval: string }> = {
  cel: `!has(self.timeout) || ![self.timeout, self.interval].all(text, text.matches(r'${DURATION_PATTERN}')) || duration(self.timeout) <= duration(self.interval)`,
  // Text that is no duration is the field's own fault and reported there.
  holds: ({ timeout, interval }) => timeout === undefined || !(milliseconds(timeout) > milliseconds(interval)),
  message: 'timeout must be at most interval',
  fieldPath: '.timeout',
};

const fullMeshBound: Rule<{ replicas: number; topology: { type: string } }> = {
  cel: `self.topology.type != 'FullMesh' || self.replicas <= ${MAX_FULL_MESH}`,
  holds: (spec) => spec.topology.type !== 'FullMesh' || spec.replicas <= MAX_FULL_MESH,
  message: `replicas must be at most ${MAX_FULL_MESH} with topology.type FullMesh; Ring has no such bound`,
  fieldPath: '.replicas',
};

export const peerGroupSpec = withRules(
  z.object({
    replicas: z.int32().min(0).max(MAX_REPLICAS).default(2).describe('Number of peers, each a pod.'),
    interval: durationField('interval', '100ms', '24h')
      .default('1m')
      .describe('How often each peer pings each of its targets.'),
    timeout: durationField('timeout', '1ms', '24h')
      .optional()
      .describe('How long a ping may take; at most interval. Unset: the smaller of 5s and interval.'),
    topology: topology.default({ type: 'FullMesh' }).describe("Which of the group's own peers each peer pings."),
    peers: z
      .array(peer)
      .max(256)
      .meta({ 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['name'] })
      .optional()
      .describe("Pinged by every pod, besides the group's own peers."),
    log: log.default({ replies: 'All', format: 'text' }).describe('What the pods log of their pings.'),
    image: patternField('image', '^\\S+$', 1024, 'must be an image reference, without spaces')
      .optional()
      .describe("Image of the peer server. Unset: the operator's default. A change rolls out pod by pod."),
    resources: resources
      .optional()
      .describe(
        'Compute resources of each pod. Unset: small equal requests and limits. A change rolls out pod by pod.',
      ),
  }),
  timeoutWithinInterval,
  fullMeshBound,
).describe('What the group of peers should be.');

const peerGroupStatus = z
  .object({
    observedGeneration: z.int().min(0).optional().describe('The metadata.generation that this status is about.'),
    replicas: z.int32().min(0).optional().describe('Number of pods there are.'),
    readyReplicas: z.int32().min(0).optional().describe('Number of pods that are ready.'),
    updatedPeers: z.int32().min(0).optional().describe('Number of pods that report the current config.'),
    selector: z.string().optional().describe('Label selector of the pods, for the scale subresource.'),
    conditions: conditions.optional().describe('Ready, Progressing and Degraded.'),
  })
  .describe('What the operator last observed. Written by the operator only.');

function milliseconds(text: string): number {
  return tryParseDuration(text) ?? Number.NaN;
}

/** What a manifest may say: fields with a default are optional. */
export type PeerGroupSpec = z.input<typeof peerGroupSpec>;
/** The spec with its defaults. */
export type CompletePeerGroupSpec = z.output<typeof peerGroupSpec>;
export type PeerGroupStatus = z.output<typeof peerGroupStatus>;

/** A PeerGroup as it is read from the API server or written in code. */
export interface PeerGroup {
  readonly metadata: {
    readonly name: string;
    /** The peers' addresses hold it, so it is never left to kubectl's context. */
    readonly namespace: string;
    /** Given: the children are owned by this object. */
    readonly uid?: string;
    readonly generation?: number;
    readonly [field: string]: unknown;
  };
  readonly spec: PeerGroupSpec;
  readonly status?: PeerGroupStatus;
}

const wholeRules: readonly Rule<{ metadata: { name: string }; spec: CompletePeerGroupSpec }>[] = [
  {
    cel: `self.metadata.name.size() <= ${MAX_NAME} && self.metadata.name.matches(r'${NAME_PATTERN}')`,
    holds: ({ metadata: { name } }) => name.length <= MAX_NAME && new RegExp(NAME_PATTERN).test(name),
    message: `metadata.name must be at most ${MAX_NAME} lower-case letters, digits and -, the first a letter (a DNS-1035 label)`,
  },
  {
    // The API server refuses `matches('^' + self.metadata.name + …)` as too costly: it takes names for unbounded.
    cel: "!has(self.spec.peers) || self.spec.peers.all(peer, !peer.name.matches('-[0-9]+$') || peer.name.substring(0, peer.name.lastIndexOf('-')) != self.metadata.name)",
    holds: ({ metadata, spec }) => !spec.peers?.some(({ name }) => new RegExp(`^${metadata.name}-[0-9]+$`).test(name)),
    message: "peers must not have a name of the group's own peers, which is the group's name, - and a number",
    fieldPath: '.spec.peers',
  },
];

export const PEER_GROUP: CustomResourceKind = {
  group: API_GROUP,
  kind: 'PeerGroup',
  plural: 'peergroups',
  singular: 'peergroup',
  shortNames: ['pg'],
  scope: 'Namespaced',
  description: 'A group of peers that ping each other, and what they ping besides.',
  spec: peerGroupSpec,
  status: peerGroupStatus,
  rules: wholeRules,
  columns: [
    { name: 'Replicas', type: 'integer', jsonPath: '.status.replicas', description: 'Number of pods there are.' },
    {
      name: 'Ready',
      type: 'integer',
      jsonPath: '.status.readyReplicas',
      description: 'Number of pods that are ready.',
    },
    { name: 'Interval', type: 'string', jsonPath: '.spec.interval', description: 'How often each peer pings.' },
    { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp', description: 'Time since creation.' },
  ],
  scale: {
    specReplicasPath: '.spec.replicas',
    statusReplicasPath: '.status.replicas',
    labelSelectorPath: '.status.selector',
  },
};

/**
 * The spec with its defaults, as the API server would have stored it.
 *
 * @throws InvalidPeerGroupError with a sentence per field that the API server would have refused
 */
export function completePeerGroup(resource: Pick<PeerGroup, 'metadata' | 'spec'>): CompletePeerGroupSpec {
  return completeSpec(resource, peerGroupSpec, wholeRules, (sentences) => {
    const { namespace, name } = resource.metadata;
    return new InvalidPeerGroupError(`PeerGroup ${namespace}/${name}: ${sentences}`);
  });
}
