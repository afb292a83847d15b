import { LABEL_TLS } from '../../../constructs/names.ts';
import { selectPeers } from '../../../server/protocol/peer-selection.ts';
import type { Cache } from '../../kube/cache.ts';
import { keyOf } from '../../kube/object.ts';
import { isBeingRemoved, isCordoned, isReady, type Node } from '../../node-resources/node.ts';
import { type ChildCaches, daemonSetOf, observationOf, type PodCache } from '../children/lookups.ts';
import { observeDaemonSet } from '../children/observe.ts';
import type { RenderedGroup } from '../children/render.ts';
import type { GroupCache } from '../inputs/groups-of.ts';
import type { ReportSource } from '../report.ts';
import type { DaemonSet, PeerGroupObject, Pod } from '../resources.ts';
import type { Absences } from './absences.ts';
import type { ConnectivityInput, NodeState, PeerState, PodState, TargetState } from './input.ts';
import { type TargetPods, targetPodsOf } from './targets.ts';
import { linksOfTopology } from './topology-size.ts';

export interface ConnectivityContext extends ChildCaches, GroupCache, PodCache, ReportSource {
  /** Undefined when only one namespace is watched. */
  readonly nodes: NodeCache;
  /** Peers without a pod. */
  readonly absences: Pick<Absences, 'note'>;
  /** Peers that report a former config, and nodes without a peer. */
  readonly unsettled: Pick<Absences, 'note'>;
  /** How long a name may resolve to the address of a former pod, in milliseconds. */
  readonly dnsTtlMs: number;
  /** Wall clock, in milliseconds. */
  readonly now: () => number;
}

type NodeCache = Pick<Cache<Node>, 'get'> | undefined;

/** Key of nodes without a peer; not a valid name of a peer. */
const AWAITED = '';

/** Gathers the input of connectivity from caches and reports. */
export function gatherConnectivityInput(
  group: PeerGroupObject,
  rendered: RenderedGroup,
  context: ConnectivityContext,
): ConnectivityInput {
  const key = keyOf(group);
  const { spec, peerNames, externalTargets, missingTargets, zones, configHash } = rendered;
  const perNode = spec.placement === 'PerNode';
  const byName = new Map<string, Pod>();
  for (const pod of context.pods.indexedBy(key)) {
    const name = perNode ? pod.spec.nodeName : pod.metadata.name;
    if (name === undefined) continue;
    // A node may have a terminating pod beside its current one.
    if (byName.get(name)?.metadata.deletionTimestamp !== undefined || !byName.has(name)) byName.set(name, pod);
  }
  const now = context.now();
  const absent = peerNames.filter((name) => !byName.has(name));
  const absences = context.absences.note(key, absent, now);
  const states = peerNames.map(
    (name) => [name, peerState(byName.get(name), absences.get(name), configHash, context)] as const,
  );
  const outdated = states.filter(([, { summary, current }]) => summary !== undefined && !current).map(([name]) => name);
  const awaited = perNode ? awaitedPeers(peerNames.length, daemonSetOf(key, context)) : 0;
  const since = context.unsettled.note(key, [...outdated, ...(awaited > 0 ? [AWAITED] : [])], now);
  return {
    peers: new Map(states.map(([name, state]) => [name, { ...state, outdatedSince: since.get(name) }])),
    awaited: { peers: awaited, links: awaitedLinks(peerNames.length, awaited, rendered), since: since.get(AWAITED) },
    // The zones in the configuration, by which the peers themselves select.
    selection: selectPeers(
      peerNames.map((name) => ({ name, zone: zones.get(name) })),
      topologyOf(rendered),
    ),
    externalTargets,
    targets: new Map(
      [...targetPodsOf(group, context)].map(([name, target]) => [name, targetState(target, context.nodes)]),
    ),
    missingTargets,
    rollingOut: !observationOf(group, context).rolledOut,
    now,
    dnsTtlMs: context.dnsTtlMs,
  };
}

/** Until the DaemonSet's controller has counted its nodes, at least one more peer is expected. */
function awaitedPeers(peers: number, daemonSet: DaemonSet | undefined): number {
  const { desired, counted } = observeDaemonSet(daemonSet);
  return Math.max(0, (counted ? desired : Math.max(desired, peers + 1)) - peers);
}

/** Links from and to peers that are still to come. */
function awaitedLinks(peers: number, awaited: number, rendered: RenderedGroup): number {
  const topology = topologyOf(rendered);
  const missing = rendered.missingTargets.reduce((sum, { links }) => sum + links, 0);
  const external = rendered.externalTargets.length + missing;
  return linksOfTopology(topology, peers + awaited) - linksOfTopology(topology, peers) + awaited * external;
}

function topologyOf({ spec: { topology } }: RenderedGroup) {
  return topology.type === 'Sampled' ? { type: topology.type, degree: topology.degree ?? 1 } : { type: topology.type };
}

function peerState(
  pod: Pod | undefined,
  absentSince: number | undefined,
  configHash: string,
  { reports, nodes }: Pick<ConnectivityContext, 'reports' | 'nodes'>,
): PeerState {
  const report = pod && reports.reportOf(pod.metadata.uid ?? '');
  return {
    pod: pod && podState(pod, nodes),
    absentSince,
    summary: report?.summary,
    fresh: report?.fresh ?? false,
    current: report?.summary.config.hash === configHash,
  };
}

function targetState({ pods, isScaledToZero }: TargetPods, nodes: NodeCache): TargetState {
  return { pods: pods.map((pod) => podState(pod, nodes)), isScaledToZero };
}

function podState({ metadata, spec, status }: Pod, nodes: NodeCache): PodState {
  return {
    terminating: metadata.deletionTimestamp !== undefined,
    ready: status.ready,
    readySince: Date.parse(status.readySince ?? metadata.creationTimestamp ?? ''),
    hasBeenReady: status.hasBeenReady,
    hasRestarted: status.hasRestarted,
    tls: metadata.labels?.[LABEL_TLS] ?? '',
    node: nodes && spec.nodeName !== undefined ? nodeState(nodes.get(spec.nodeName)) : undefined,
  };
}

/** A node that no longer exists counts as failed. */
function nodeState(node: Node | undefined): NodeState {
  if (node === undefined) return { ready: false, cordoned: false, leaving: false };
  return { ready: isReady(node), cordoned: isCordoned(node), leaving: isBeingRemoved(node) };
}
