/**
 * PeerGroup: the one source of its schema, defaults, rules, columns and TypeScript types. The CRD in dist/, the typed
 * constructs in imports/ and the reference page are made from it.
 */
import * as z from 'zod';
import { CLIENT_SERVICE_SUFFIX } from '../addresses.ts';
import { DURATION_PATTERN, tryParseDuration } from '../duration.ts';
import { InvalidPeerGroupError } from '../errors.ts';
import { INTERVAL, MAX_DEGREE, MAX_FULL_MESH, MAX_REPLICAS, TIMEOUT } from '../limits.ts';
import { API_GROUP } from '../names.ts';
import { completeSpec } from './complete-spec.ts';
import type { CustomResourceKind } from './custom-resource.ts';
import { conditions, durationField, UNSEEN_STATUS } from './fields.ts';
import { connectivity } from './peer-group/connectivity.ts';
import { autoscaling, disruptionBudget, monitoring, networkPolicy, service, tls } from './peer-group/options.ts';
import { entryName, type PeerEntry, peerEntry } from './peer-group/peer-entry.ts';
import { podFields } from './peer-group/pod-fields.ts';
import { type Rule, withRules } from './rule.ts';

/** Names of children are this name plus a suffix, and the pods' revision label adds a hash. */
const MAX_NAME = 40;
const NAME_PATTERN = '^[a-z]([-a-z0-9]*[a-z0-9])?$';

const topology = withRules(
  z.object({
    type: z
      .enum(['FullMesh', 'Ring', 'Sampled', 'None'])
      .default('FullMesh')
      .describe(
        'FullMesh: every peer pings every other. Ring: each the next one. Sampled: each pings degree others. None: only the entries of peers.',
      ),
    degree: z
      .int32()
      .min(1)
      .max(MAX_DEGREE)
      .optional()
      .describe('With Sampled: how many others each peer pings, and is pinged by.'),
  }),
  {
    cel: "has(self.degree) == (self.type == 'Sampled')",
    holds: ({ type, degree }) => (degree !== undefined) === (type === 'Sampled'),
    message: 'topology.degree goes with topology.type Sampled, and is required there',
  },
);

const log = z.object({
  replies: z
    .enum(['All', 'Changes'])
    .default('All')
    .describe('All: a line for every reply. Changes: only when a peer goes down or comes back.'),
  format: z.enum(['text', 'json']).default('text').describe('text: a sentence a line. json: an object a line.'),
});

const timeoutWithinInterval: Rule<{ timeout?: string | undefined; interval: string }> = {
  cel: `!has(self.timeout) || ![self.timeout, self.interval].all(text, text.matches(r'${DURATION_PATTERN}')) || duration(self.timeout) <= duration(self.interval)`,
  // Text that is no duration is the field's own fault and reported there.
  holds: ({ timeout, interval }) => timeout === undefined || !(milliseconds(timeout) > milliseconds(interval)),
  message: 'timeout must be at most interval',
  fieldPath: '.timeout',
};

interface Placed {
  readonly placement: string;
  readonly replicas: number;
  readonly topology: { readonly type: string };
  readonly autoscaling?: { readonly maxReplicas: number } | undefined;
  readonly disruptionBudget?: object | undefined;
}

const fullMeshBound: Rule<Placed> = {
  cel: `self.topology.type != 'FullMesh' || self.placement == 'PerNode' || self.replicas <= ${MAX_FULL_MESH}`,
  holds: (spec) => spec.topology.type !== 'FullMesh' || spec.placement === 'PerNode' || spec.replicas <= MAX_FULL_MESH,
  message: `replicas must be at most ${MAX_FULL_MESH} with topology.type FullMesh; Ring and Sampled have no such bound`,
  fieldPath: '.replicas',
};

const autoscaledMeshBound: Rule<Placed> = {
  cel: `!has(self.autoscaling) || self.topology.type != 'FullMesh' || self.autoscaling.maxReplicas <= ${MAX_FULL_MESH}`,
  holds: (spec) => spec.topology.type !== 'FullMesh' || (spec.autoscaling?.maxReplicas ?? 0) <= MAX_FULL_MESH,
  message: `autoscaling.maxReplicas must be at most ${MAX_FULL_MESH} with topology.type FullMesh`,
  fieldPath: '.autoscaling',
};

const noAutoscalingPerNode: Rule<Placed> = {
  cel: "!has(self.autoscaling) || self.placement != 'PerNode'",
  holds: (spec) => spec.autoscaling === undefined || spec.placement !== 'PerNode',
  message: 'autoscaling goes with placement Replicas: with PerNode the nodes decide how many peers there are',
  fieldPath: '.autoscaling',
};

const noBudgetPerNode: Rule<Placed> = {
  cel: "!has(self.disruptionBudget) || self.placement != 'PerNode'",
  holds: (spec) => spec.disruptionBudget === undefined || spec.placement !== 'PerNode',
  message: 'disruptionBudget goes with placement Replicas: a drain leaves the peers of PerNode where they are',
  fieldPath: '.disruptionBudget',
};

const peers = withRules(z.array(peerEntry).max(256).meta({ 'x-kubernetes-list-type': 'atomic' }), {
  // The names are read once: comparing every pair of entries took the API server seconds for each write.
  cel: '[self.map(peer, has(peer.name) ? peer.name : peer.group)].all(names, names.all(name, names.indexOf(name) == names.lastIndexOf(name)))',
  holds: (entries) => new Set(entries.map(entryName)).size === entries.length,
  message: 'peers must have names of their own; that of a group is its name unless another is given',
});

export const peerGroupSpec = withRules(
  z.object({
    replicas: z.int32().min(0).max(MAX_REPLICAS).default(2).describe('Number of peers, each a pod.'),
    placement: withRules(z.enum(['Replicas', 'PerNode']), {
      cel: 'self == oldSelf',
      // Without an API server there is no former object.
      holds: () => true,
      message: 'placement is immutable: delete the PeerGroup and create it anew',
    })
      .default('Replicas')
      .describe(
        'Replicas: as many peers as replicas says. PerNode: one on every node, whatever replicas says. Immutable.',
      ),
    interval: durationField('interval', INTERVAL)
      .default('1m')
      .describe('How often each peer pings each of its targets.'),
    timeout: durationField('timeout', TIMEOUT)
      .optional()
      .describe('How long a ping may take; at most interval. Unset: the smaller of 5s and interval.'),
    connection: z
      .enum(['Reuse', 'Fresh'])
      .default('Reuse')
      .describe(
        'Reuse: pings use kept connections, which are replaced within five minutes. Fresh: every ping makes a new one, TLS included.',
      ),
    lossThresholdPercent: z
      .int32()
      .min(1)
      .max(100)
      .optional()
      .describe(
        'A link that loses at least this percentage of at least 20 pings within five minutes is Down. Unset: 25. Needs peers of version 0.2 or later.',
      ),
    topology: topology.default({ type: 'FullMesh' }).describe("Which of the group's own peers each peer pings."),
    peers: peers.optional().describe("Pinged by every pod, besides the group's own peers."),
    log: log.default({ replies: 'All', format: 'text' }).describe('What the pods log of their pings.'),
    tls: tls.default({ mode: 'None' }).describe('Encryption of the pings. A change of mode rolls out pod by pod.'),
    service: service
      .default({ type: 'ClusterIP' })
      .describe('The Service by which clients reach any of the peers; its name is that of the group and -svc.'),
    autoscaling: autoscaling
      .optional()
      .describe('A HorizontalPodAutoscaler sets replicas; leave replicas out of the manifest then.'),
    disruptionBudget: disruptionBudget
      .optional()
      .describe('How many peers drains may take at once. Unset: one. Only with placement Replicas.'),
    networkPolicy: networkPolicy
      .default({ enabled: true })
      .describe('Who may connect to the peers. What they connect to is never restricted.'),
    monitoring: monitoring
      .default({ podMonitor: false, rules: false })
      .describe('Objects for the Prometheus operator, where its definitions are installed.'),
    ...podFields,
  }),
  timeoutWithinInterval,
  fullMeshBound,
  autoscaledMeshBound,
  noAutoscalingPerNode,
  noBudgetPerNode,
).describe('What the group of peers should be.');

const peerGroupStatus = z
  .object({
    observedGeneration: z.int().min(0).optional().describe('The metadata.generation that this status is about.'),
    replicas: z.int32().min(0).optional().describe('Number of pods there are.'),
    readyReplicas: z.int32().min(0).optional().describe('Number of pods that are ready.'),
    updatedPeers: z.int32().min(0).optional().describe('Number of pods that report the current config.'),
    selector: z.string().optional().describe('Label selector of the pods, for the scale subresource.'),
    connectivity: connectivity.optional().describe('What reaches what.'),
    conditions: conditions.optional().describe('Ready, Progressing, Connected, Degraded, Reconciling and Stalled.'),
  })
  .meta({
    description: 'What the operator last observed. Only the operator writes it.',
    default: UNSEEN_STATUS,
  });

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

const wholeRules: readonly Rule<{ metadata: { name: string; uid?: string }; spec: CompletePeerGroupSpec }>[] = [
  {
    cel: `self.metadata.name.size() <= ${MAX_NAME} && self.metadata.name.matches(r'${NAME_PATTERN}')`,
    holds: ({ metadata: { name } }) => name.length <= MAX_NAME && new RegExp(NAME_PATTERN).test(name),
    message: `metadata.name must be at most ${MAX_NAME} lower-case letters, digits and -, the first a letter (a DNS-1035 label)`,
  },
  {
    // What was stored before there was this rule can still be written, and gets a condition by the operator.
    cel: "self.metadata.name != 'default' || (has(self.status) && has(self.status.observedGeneration))",
    holds: ({ metadata: { name } }) => name !== 'default',
    message: 'metadata.name must not be default: the ServiceAccount of that name belongs to the namespace',
  },
  {
    // A new object has no status yet; what was stored before there was this rule has, and stays as it is.
    cel: `(has(self.status) && has(self.status.observedGeneration)) || !self.metadata.name.endsWith('${CLIENT_SERVICE_SUFFIX}')`,
    holds: ({ metadata: { name, uid } }) => uid !== undefined || !name.endsWith(CLIENT_SERVICE_SUFFIX),
    message: `metadata.name must not end in ${CLIENT_SERVICE_SUFFIX}: that is the name of another PeerGroup's Service`,
  },
  {
    // The API server refuses `matches('^' + self.metadata.name + …)` as too costly: it takes names for unbounded.
    cel: "!has(self.spec.peers) || self.spec.peers.all(peer, [has(peer.name) ? peer.name : (has(peer.group) ? peer.group : '')].all(name, !name.matches('-[0-9]+$') || name.substring(0, name.lastIndexOf('-')) != self.metadata.name))",
    holds: ({ metadata, spec }) => !spec.peers?.some((peer) => isOwnName(peer, metadata.name)),
    message: "peers must not have a name of the group's own peers, which is the group's name, - and a number",
    fieldPath: '.spec.peers',
  },
  {
    cel: '!has(self.spec.peers) || self.spec.peers.all(peer, !has(peer.group) || peer.group != self.metadata.name)',
    holds: ({ metadata, spec }) => !spec.peers?.some(({ group }) => group === metadata.name),
    message: 'peers must not name the group itself, whose peers ping each other by topology',
    fieldPath: '.spec.peers',
  },
];

function isOwnName(peer: PeerEntry, group: string): boolean {
  return new RegExp(`^${group}-[0-9]+$`).test(entryName(peer));
}

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
    {
      name: 'Links',
      type: 'string',
      jsonPath: '.status.connectivity.summary',
      description: 'Links that work, of all.',
    },
    {
      name: 'Connected',
      type: 'string',
      jsonPath: ".status.conditions[?(@.type=='Connected')].status",
      description: 'Whether every link works.',
    },
    {
      name: 'P99',
      type: 'string',
      jsonPath: '.status.connectivity.p99',
      description: '99 of 100 pings were faster, about.',
    },
    { name: 'Interval', type: 'string', jsonPath: '.spec.interval', description: 'How often each peer pings.' },
    { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp', description: 'Time since creation.' },
    {
      name: 'Worst from',
      type: 'string',
      jsonPath: '.status.connectivity.worst.from',
      description: 'The worst link: who pings.',
      priority: 1,
    },
    {
      name: 'Worst to',
      type: 'string',
      jsonPath: '.status.connectivity.worst.to',
      description: 'The worst link: who is pinged.',
      priority: 1,
    },
    {
      name: 'Worst P99',
      type: 'string',
      jsonPath: '.status.connectivity.worst.p99',
      description: 'The worst link: 99 of 100 of its pings were faster, about.',
      priority: 1,
    },
    {
      name: 'Worst loss',
      type: 'integer',
      jsonPath: '.status.connectivity.worst.lossPercent',
      description: 'The worst link: percentage of its pings of the last five minutes that failed.',
      priority: 1,
    },
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
