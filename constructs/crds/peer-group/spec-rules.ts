/** Rules that span several fields of a PeerGroup's spec, or its spec and its name. */
import { CLIENT_SERVICE_SUFFIX } from '../../addresses.ts';
import { DURATION_PATTERN, tryParseDuration } from '../../duration.ts';
import { MAX_FULL_MESH } from '../../limits.ts';
import type { Rule } from '../rule.ts';
import { entryName, type PeerEntry } from './peer-entry.ts';

/** Names of children are this name plus a suffix, and the pods' revision label adds a hash. */
const MAX_NAME = 40;
const NAME_PATTERN = '^[a-z]([-a-z0-9]*[a-z0-9])?$';

export const timeoutWithinInterval: Rule<{ timeout?: string | undefined; interval: string }> = {
  cel: `!has(self.timeout) || ![self.timeout, self.interval].all(text, text.matches(r'${DURATION_PATTERN}')) || duration(self.timeout) <= duration(self.interval)`,
  // Text that is not a duration is reported by the field's own rule.
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

export const fullMeshBound: Rule<Placed> = {
  cel: `self.topology.type != 'FullMesh' || self.placement == 'PerNode' || self.replicas <= ${MAX_FULL_MESH}`,
  holds: (spec) => spec.topology.type !== 'FullMesh' || spec.placement === 'PerNode' || spec.replicas <= MAX_FULL_MESH,
  message: `replicas must be at most ${MAX_FULL_MESH} with topology.type FullMesh; use Ring or Sampled for larger groups`,
  fieldPath: '.replicas',
};

export const autoscaledMeshBound: Rule<Placed> = {
  cel: `!has(self.autoscaling) || self.topology.type != 'FullMesh' || self.autoscaling.maxReplicas <= ${MAX_FULL_MESH}`,
  holds: (spec) => spec.topology.type !== 'FullMesh' || (spec.autoscaling?.maxReplicas ?? 0) <= MAX_FULL_MESH,
  message: `autoscaling.maxReplicas must be at most ${MAX_FULL_MESH} with topology.type FullMesh`,
  fieldPath: '.autoscaling',
};

export const noAutoscalingPerNode: Rule<Placed> = {
  cel: "!has(self.autoscaling) || self.placement != 'PerNode'",
  holds: (spec) => spec.autoscaling === undefined || spec.placement !== 'PerNode',
  message: 'autoscaling requires placement Replicas: with PerNode the number of peers is the number of nodes',
  fieldPath: '.autoscaling',
};

export const noBudgetPerNode: Rule<Placed> = {
  cel: "!has(self.disruptionBudget) || self.placement != 'PerNode'",
  holds: (spec) => spec.disruptionBudget === undefined || spec.placement !== 'PerNode',
  message: 'disruptionBudget requires placement Replicas: drains do not evict DaemonSet pods',
  fieldPath: '.disruptionBudget',
};

/** Rules on the whole object. */
export const wholeRules: readonly Rule<{
  metadata: { name: string; uid?: string };
  spec: { peers?: readonly PeerEntry[] | undefined };
}>[] = [
  {
    cel: `self.metadata.name.size() <= ${MAX_NAME} && self.metadata.name.matches(r'${NAME_PATTERN}')`,
    holds: ({ metadata: { name } }) => name.length <= MAX_NAME && new RegExp(NAME_PATTERN).test(name),
    message: `metadata.name must be a DNS-1035 label of at most ${MAX_NAME} characters: lower-case letters, digits and -, starting with a letter`,
  },
  {
    // What was stored before there was this rule can still be written, and gets a condition by the operator.
    cel: "self.metadata.name != 'default' || (has(self.status) && has(self.status.observedGeneration))",
    holds: ({ metadata: { name } }) => name !== 'default',
    message: 'metadata.name must not be default: every namespace has a ServiceAccount of that name',
  },
  {
    // A new object has no status yet; what was stored before there was this rule has, and stays as it is.
    cel: `(has(self.status) && has(self.status.observedGeneration)) || !self.metadata.name.endsWith('${CLIENT_SERVICE_SUFFIX}')`,
    holds: ({ metadata: { name, uid } }) => uid !== undefined || !name.endsWith(CLIENT_SERVICE_SUFFIX),
    message: `metadata.name must not end with ${CLIENT_SERVICE_SUFFIX}: the suffix is reserved for client Services`,
  },
  {
    // The API server rejects `matches('^' + self.metadata.name + …)` as too costly: it takes names for unbounded.
    cel: "!has(self.spec.peers) || self.spec.peers.all(peer, [has(peer.name) ? peer.name : (has(peer.group) ? peer.group : '')].all(name, !name.matches('-[0-9]+$') || name.substring(0, name.lastIndexOf('-')) != self.metadata.name))",
    holds: ({ metadata, spec }) => !spec.peers?.some((peer) => isOwnName(peer, metadata.name)),
    message: "peers[].name must not be <group>-<number>: these are the names of the group's own peers",
    fieldPath: '.spec.peers',
  },
  {
    cel: '!has(self.spec.peers) || self.spec.peers.all(peer, !has(peer.group) || peer.group != self.metadata.name)',
    holds: ({ metadata, spec }) => !spec.peers?.some(({ group }) => group === metadata.name),
    message: 'peers must not reference the group itself: its peers ping each other by topology',
    fieldPath: '.spec.peers',
  },
];

function isOwnName(peer: PeerEntry, group: string): boolean {
  return new RegExp(`^${group}-[0-9]+$`).test(entryName(peer));
}

function milliseconds(text: string): number {
  return tryParseDuration(text) ?? Number.NaN;
}
