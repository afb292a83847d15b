/**
 * PeerGroup: the one source of its schema, defaults, rules, columns and TypeScript types. The CRD in dist/, the typed
 * constructs in imports/ and the reference page are made from it.
 */
import * as z from 'zod';
import { InvalidPeerGroupError } from '../errors.ts';
import { INTERVAL, MAX_REPLICAS, TIMEOUT } from '../limits.ts';
import { API_GROUP } from '../names.ts';
import { completeSpec } from './complete-spec.ts';
import type { CustomResourceKind } from './custom-resource.ts';
import { conditions, durationField, UNSEEN_STATUS } from './fields.ts';
import { columns } from './peer-group/columns.ts';
import { connectivity } from './peer-group/connectivity.ts';
import { autoscaling, disruptionBudget, monitoring, networkPolicy, service, tls } from './peer-group/options.ts';
import { entryName, peerEntry } from './peer-group/peer-entry.ts';
import {
  autoscaledMeshBound,
  fullMeshBound,
  noAutoscalingPerNode,
  noBudgetPerNode,
  timeoutWithinInterval,
  wholeRules,
} from './peer-group/spec-rules.ts';
import { topology } from './peer-group/topology.ts';
import {
  affinity,
  image,
  imagePullSecrets,
  nodeSelector,
  priorityClassName,
  resources,
  tolerations,
} from './pod-fields.ts';
import { withRules } from './rule.ts';

const log = z.object({
  replies: z
    .enum(['All', 'Changes'])
    .default('All')
    .describe('All: log every reply. Changes: log only when a peer goes down or comes back.'),
  format: z.enum(['text', 'json']).default('text').describe('Format of log lines: plain text or JSON.'),
});

const peers = withRules(z.array(peerEntry).max(256).meta({ 'x-kubernetes-list-type': 'atomic' }), {
  // The names are read once: comparing every pair of entries took the API server seconds for each write.
  cel: '[self.map(peer, has(peer.name) ? peer.name : peer.group)].all(names, names.all(name, names.indexOf(name) == names.lastIndexOf(name)))',
  holds: (entries) => new Set(entries.map(entryName)).size === entries.length,
  message: 'peers must have unique names; the name of a peer with a group defaults to the name of the group',
});

export const peerGroupSpec = withRules(
  z.object({
    replicas: z
      .int32()
      .min(0)
      .max(MAX_REPLICAS)
      .default(2)
      .describe('Number of peers. Each peer is a pod. Ignored with placement PerNode.'),
    placement: withRules(z.enum(['Replicas', 'PerNode']), {
      cel: 'self == oldSelf',
      // Without an API server there is no former object.
      holds: () => true,
      message: 'placement is immutable: delete the PeerGroup and create it again',
    })
      .default('Replicas')
      .describe('Replicas: run spec.replicas peers. PerNode: run one peer on each node. Immutable.'),
    interval: durationField('interval', INTERVAL)
      .default('1m')
      .describe('Interval between pings from a peer to the same target.'),
    timeout: durationField('timeout', TIMEOUT)
      .optional()
      .describe('Time after which a ping fails. At most interval. Defaults to the smaller of 5s and interval.'),
    connection: z
      .enum(['Reuse', 'Fresh'])
      .default('Reuse')
      .describe(
        'Reuse: pings share connections, which are replaced within five minutes. Fresh: each ping opens a new connection, including TLS.',
      ),
    lossThresholdPercent: z
      .int32()
      .min(1)
      .max(100)
      .optional()
      .describe(
        "A link is Down if it loses at least this percentage of its pings within five minutes, out of at least 20. Defaults to 25. Requires peers of the operator's version or later.",
      ),
    topology: topology.default({ type: 'FullMesh' }).describe('Which peers of the group each peer pings.'),
    peers: peers.optional().describe('Additional targets that each peer pings.'),
    log: log.default({ replies: 'All', format: 'text' }).describe('Logging of pings.'),
    tls: tls.default({ mode: 'None' }).describe('Encryption of pings. Changing the mode restarts the pods one by one.'),
    service: service
      .default({ type: 'ClusterIP' })
      .describe('Service for clients, backed by all ready peers. Its name is the name of the group followed by -svc.'),
    autoscaling: autoscaling
      .optional()
      .describe('HorizontalPodAutoscaler that sets replicas. Omit replicas from the manifest when this is set.'),
    disruptionBudget: disruptionBudget
      .optional()
      .describe('PodDisruptionBudget of the peers. Defaults to maxUnavailable 1. Only with placement Replicas.'),
    networkPolicy: networkPolicy
      .default({ enabled: true })
      .describe(
        'NetworkPolicy that restricts connections to the peers. Connections from the peers are not restricted.',
      ),
    monitoring: monitoring
      .default({ podMonitor: false, rules: false })
      .describe('Objects of the Prometheus operator. Ignored where its CRDs are not installed.'),
    image: image
      .optional()
      .describe("Image of the peers. Defaults to the operator's --image. Changing it restarts the pods one by one."),
    resources: resources
      .optional()
      .describe(
        'Compute resources of each pod. Defaults to small requests with equal limits (QoS class Guaranteed). Changing them restarts the pods one by one.',
      ),
    nodeSelector: nodeSelector.optional().describe('Labels that a node must have to run a peer.'),
    tolerations: tolerations.optional().describe('Node taints that the pods tolerate.'),
    affinity: affinity.optional().describe('Affinity of the pods. Validated by the API server when pods are created.'),
    priorityClassName: priorityClassName.optional().describe('Name of the PriorityClass of the pods.'),
    imagePullSecrets: imagePullSecrets.optional().describe('Secrets used to pull the image.'),
  }),
  timeoutWithinInterval,
  fullMeshBound,
  autoscaledMeshBound,
  noAutoscalingPerNode,
  noBudgetPerNode,
).describe('Desired state of the group.');

const peerGroupStatus = z
  .object({
    observedGeneration: z.int().min(0).optional().describe('The metadata.generation that this status reflects.'),
    replicas: z.int32().min(0).optional().describe('Number of pods.'),
    readyReplicas: z.int32().min(0).optional().describe('Number of ready pods.'),
    updatedPeers: z.int32().min(0).optional().describe('Number of pods that report the current configuration.'),
    selector: z.string().optional().describe('Label selector of the pods, used by the scale subresource.'),
    connectivity: connectivity.optional().describe('State of the links.'),
    conditions: conditions
      .optional()
      .describe('Conditions Ready, Progressing, Connected, Degraded, Reconciling and Stalled.'),
  })
  .meta({
    description: 'Observed state, written by the operator.',
    default: UNSEEN_STATUS,
  });

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

export const PEER_GROUP: CustomResourceKind = {
  group: API_GROUP,
  kind: 'PeerGroup',
  plural: 'peergroups',
  singular: 'peergroup',
  shortNames: ['pg'],
  scope: 'Namespaced',
  description: 'A group of peers that ping each other and, optionally, additional targets.',
  spec: peerGroupSpec,
  status: peerGroupStatus,
  rules: wholeRules,
  columns,
  scale: {
    specReplicasPath: '.spec.replicas',
    statusReplicasPath: '.status.replicas',
    labelSelectorPath: '.status.selector',
  },
};

/**
 * The spec with its defaults, as the API server would have stored it.
 *
 * @throws InvalidPeerGroupError with a sentence for each field that the API server would have rejected
 */
export function completePeerGroup(resource: Pick<PeerGroup, 'metadata' | 'spec'>): CompletePeerGroupSpec {
  return completeSpec(resource, peerGroupSpec, wholeRules, (sentences) => {
    const { namespace, name } = resource.metadata;
    return new InvalidPeerGroupError(`PeerGroup ${namespace}/${name}: ${sentences}`);
  });
}
