import { LABEL_TLS } from '../../../constructs/names.ts';
import { selectPeers } from '../../../server/peer-selection.ts';
import { isCordoned, isReady, type Node, zoneOf } from '../../cluster/node.ts';
import type { Cache } from '../../kube/cache.ts';
import type { PeerGroupContext } from '../context.ts';
import { daemonSetOf } from '../lookups.ts';
import { observeDaemonSet } from '../observe.ts';
import type { RenderedGroup } from '../render.ts';
import type { DaemonSet, Pod } from '../resources.ts';
import type { NodeView, PeerView, PodView, Situation } from './views.ts';

/** What the group's connectivity is computed from, out of caches and reports. */
export function situationOf(key: string, rendered: RenderedGroup, context: PeerGroupContext): Situation {
  const { spec, members, others, configHash } = rendered;
  const perNode = spec.placement === 'PerNode';
  const byName = new Map<string, Pod>();
  for (const pod of context.pods.indexedBy(key)) {
    const name = perNode ? pod.spec.nodeName : pod.metadata.name;
    if (name === undefined) continue;
    // Of a node's former and present pod the present one counts.
    if (byName.get(name)?.metadata.deletionTimestamp !== undefined || !byName.has(name)) byName.set(name, pod);
  }
  const zoneOfPeer = (name: string) => {
    const node = perNode ? context.nodes?.get(name) : undefined;
    return node && zoneOf(node);
  };
  const absent = members.filter((name) => !byName.has(name));
  const absences = context.absences.note(key, absent, context.now());
  return {
    peers: new Map(members.map((name) => [name, peerView(byName.get(name), absences.get(name), configHash, context)])),
    missing: perNode ? missingPeers(members.length, daemonSetOf(key, context)) : 0,
    selection: selectPeers(
      members.map((name) => ({ name, zone: zoneOfPeer(name) })),
      topologyOf(rendered),
    ),
    others,
    now: context.now(),
    dnsTtlMs: context.dnsTtlMs,
  };
}

/** As long as a DaemonSet's controller has not counted its nodes, one at least is to be expected. */
function missingPeers(members: number, daemonSet: DaemonSet | undefined): number {
  const { desired, counted } = observeDaemonSet(daemonSet);
  return Math.max(0, (counted ? desired : Math.max(desired, members + 1)) - members);
}

function topologyOf({ spec: { topology } }: RenderedGroup) {
  return topology.type === 'Sampled' ? { type: topology.type, degree: topology.degree ?? 1 } : { type: topology.type };
}

function peerView(
  pod: Pod | undefined,
  absentSince: number | undefined,
  configHash: string,
  { reports, nodes }: PeerGroupContext,
): PeerView {
  const report = pod && reports.reportOf(pod.metadata.uid ?? '');
  return {
    pod: pod && podView(pod, nodes),
    absentSince,
    brief: report?.brief,
    fresh: report?.fresh ?? false,
    current: report?.brief.config.hash === configHash,
  };
}

function podView({ metadata, spec, status }: Pod, nodes: Cache<Node> | undefined): PodView {
  return {
    terminating: metadata.deletionTimestamp !== undefined,
    ready: status.ready,
    readySince: Date.parse(status.readySince ?? metadata.creationTimestamp ?? ''),
    hasBeenReady: status.hasBeenReady,
    hasRestarted: status.hasRestarted,
    tls: metadata.labels?.[LABEL_TLS] ?? '',
    node: nodes && spec.nodeName !== undefined ? nodeView(nodes.get(spec.nodeName)) : undefined,
  };
}

/** A node that is gone has failed, as far as its pods are concerned. */
function nodeView(node: Node | undefined): NodeView {
  return { ready: node !== undefined && isReady(node), cordoned: node !== undefined && isCordoned(node) };
}
