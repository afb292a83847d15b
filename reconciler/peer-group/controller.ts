import type { Registry } from 'prom-client';
import { PEER_CHILDREN_SELECTOR } from '../../constructs/labels.ts';
import { FIELD_MANAGER, LABEL_INSTANCE, LABEL_TLS } from '../../constructs/names.ts';
import type { RenderContext } from '../../constructs/peer-group.ts';
import type { CacheEvent } from '../kube/cache.ts';
import type { KubeClient } from '../kube/client.ts';
import { PODS } from '../kube/core-types.ts';
import type { EventRecorder } from '../kube/event-recorder.ts';
import { Informer, type InformerContext } from '../kube/informer.ts';
import { FieldsPool } from '../kube/managed-fields.ts';
import { controllerOf, type KubeObject, keyOf, splitKey } from '../kube/object.ts';
import { OptionalInformer } from '../kube/optional-informer.ts';
import type { Node } from '../node-resources/node.ts';
import { FieldContests } from '../runtime/field-contests.ts';
import type { Kind } from '../runtime/kind.ts';
import { NoOpMemory } from '../runtime/no-op-memory.ts';
import type { WorkQueue } from '../runtime/work-queue.ts';
import type { StartProblem } from '../stuck-pods/start-problem.ts';
import { StuckPods, sameCause } from '../stuck-pods/stuck-pods.ts';
import { RenderMemo } from './children/render-memo.ts';
import { pruneChild, prunePod } from './children/transform.ts';
import { ReportCollector } from './collect/report-collector.ts';
import { ConfigTracker } from './config-delivery/config-tracker.ts';
import { AnnouncementPace } from './config-delivery/notification-limiter.ts';
import { Absences } from './connectivity/absences.ts';
import { tryRead } from './inputs/gather-inputs.ts';
import { readGroup } from './inputs/read-group.ts';
import { ReferencedConfigMaps } from './inputs/referenced-config-maps.ts';
import { findNeighbours, groupsNamedBy, NeighbourMemo } from './inputs/references.ts';
import { peerGroupMetrics } from './metrics.ts';
import { PodRejections } from './pods/pod-rejections.ts';
import { type PeerGroupContext, reconcilePeerGroup } from './reconcile.ts';
import { CHILD_TYPES, OPTIONAL_CHILD_TYPES, PEER_GROUPS, type PeerGroupObject, type Pod } from './resources.ts';
import { upgradesTo } from './rollout/upgrade.ts';
import { UpgradePace } from './rollout/upgrade-limiter.ts';
import { WritePace } from './status/write-limiter.ts';
import type { Lifetimes } from './tls/lifetimes.ts';
import { TlsKeeper } from './tls/rotator.ts';

export interface PeerGroupOptions {
  readonly client: KubeClient;
  readonly informers: InformerContext;
  /** Shared with other kinds; undefined when only one namespace is watched. */
  readonly nodes: Informer<Node> | undefined;
  readonly queue: WorkQueue;
  readonly registry: Registry;
  readonly events: EventRecorder;
  readonly render: RenderContext;
  /** Whether groups that run an older default image are brought to the one in `render`. */
  readonly rollOnUpgrade: boolean;
  /** Watch this namespace only; undefined for all. */
  readonly namespace: string | undefined;
  /** How long a name may resolve to the address of a former pod, in milliseconds. */
  readonly dnsTtlMs: number;
  readonly lifetimes: Lifetimes;
  /** Secrets, which nobody watches, are read again after this long, in milliseconds. */
  readonly resyncMs: number;
  /** Monotonic milliseconds. */
  readonly monotonic: () => number;
  /** Wall clock, in milliseconds. */
  readonly now: () => number;
}

/** Wires what PeerGroups need: caches of the groups, their children and pods, and whose change queues which group. */
export function createPeerGroupKind(options: PeerGroupOptions): Kind {
  const { client, informers, nodes, queue, events, render, monotonic, now } = options;
  const namespace = options.namespace === undefined ? {} : { namespace: options.namespace };
  const ours = { ...namespace, labelSelector: PEER_CHILDREN_SELECTOR };
  const onEvent = ({ object, initial, statusOnly }: CacheEvent<KubeObject>) => {
    const key = groupKeyOf(object);
    if (key === undefined) return;
    if (initial) queue.add(key, 'Backlog');
    else if (statusOnly || object.kind === PODS.kind) queue.nudge(key);
    else queue.add(key);
  };

  /** What each group named in its peers when it was last heard of: who is named no more has to know too. */
  const named = new Map<string, ReadonlySet<string>>();
  const groups = new Informer<PeerGroupObject>(informers, {
    type: PEER_GROUPS,
    selection: namespace,
    prune: readGroup,
    indexBy: ({ metadata }) => metadata.namespace,
    onEvent: (event) => {
      const { object, initial, deleted } = event;
      const key = keyOf(object);
      const former = named.get(key);
      if (deleted) named.delete(key);
      else named.set(key, groupsNamedBy(object.spec));
      neighbours.forget(object.metadata.namespace);
      onEvent(event);
      if (!initial) queueNeighbours(object, former);
    },
  });
  /** Groups that `object` names in its peers, or named before, depend on it, and the other way round. */
  const queueNeighbours = (object: PeerGroupObject, former: ReadonlySet<string> = new Set()) => {
    const { namespace, name } = object.metadata;
    const present = groupsNamedBy(object.spec);
    for (const other of groups.cache.indexedBy(namespace)) {
      const theirs = other.metadata.name;
      if (present.has(theirs) || former.has(theirs) || groupsNamedBy(other.spec).has(name)) queue.add(keyOf(other));
    }
  };
  const pods = new Informer(informers, {
    type: PODS,
    selection: ours,
    prune: prunePod,
    indexBy: groupKeyOf,
    onEvent: (event) => {
      const { namespace = '', labels } = event.object.metadata;
      if (labels?.[LABEL_TLS] !== undefined) neighbours.forget(namespace);
      trackStuck(event);
      onEvent(event);
      const group = groups.cache.get(groupKeyOf(event.object) ?? '');
      if (group?.spec.placement === 'PerNode' && !event.initial) queueNeighbours(group);
    },
  });
  const stuck = new StuckPods<StartProblem>(sameCause);
  const trackStuck = ({ object: { metadata, status }, deleted, initial }: CacheEvent<Pod>) => {
    const { uid = '', creationTimestamp = '' } = metadata;
    if (deleted || status.ready) stuck.forget(uid);
    // Of what was so before we came, the pod says since when at the latest.
    else if (status.problem)
      stuck.stuck(uid, status.problem, initial ? Date.parse(status.readySince ?? creationTimestamp) : now());
  };
  const neighbours = new NeighbourMemo((inNamespace) =>
    findNeighbours(inNamespace, { groups: groups.cache, pods: pods.cache }),
  );
  nodes?.listen(({ object, initial }) => {
    if (!initial) for (const key of groupsOn(object, pods.cache.values())) queue.add(key);
  });
  const noOps = new NoOpMemory();
  const contests = new FieldContests(monotonic);
  const pool = new FieldsPool();
  const onChildEvent = (event: CacheEvent<KubeObject>) => {
    if (event.deleted) noOps.forget(event.object);
    if (event.deleted) contests.forget(event.object.metadata.uid ?? '');
    onEvent(event);
  };
  const children = CHILD_TYPES.map(
    (type) =>
      new Informer<KubeObject>(informers, {
        type,
        selection: ours,
        prune: pruneChild(type, pool),
        onEvent: onChildEvent,
      }),
  );
  const optional = OPTIONAL_CHILD_TYPES.map(
    (type) =>
      new OptionalInformer<KubeObject>(informers, {
        type,
        selection: ours,
        prune: pruneChild(type, pool),
        onEvent: onChildEvent,
        onAvailable: () => {
          for (const key of groups.cache.keys()) queue.add(key, 'Backlog');
        },
      }),
  );
  const absence = (kind: string) => optional.find((informer) => informer.type.kind === kind)?.absence;
  const tls = new TlsKeeper({
    client,
    fieldManager: FIELD_MANAGER,
    clusterDomain: render.clusterDomain,
    lifetimes: options.lifetimes,
    lookAgainMs: options.resyncMs,
    now,
  });
  peerGroupMetrics(options.registry, () => tls.firstToExpire);
  const reports = new ReportCollector({ now: monotonic, onChange: (group) => queue.add(group) });
  const referenced = new ReferencedConfigMaps({
    versionOf: async (key) => {
      const { namespace = '', name } = splitKey(key);
      return (await tryRead(client, { namespace, name }))?.metadata.resourceVersion;
    },
    onChange: (group) => queue.add(group),
  });
  const memories = {
    reports,
    referenced,
    statusWrites: new WritePace(monotonic),
    absences: new Absences(),
    unsettled: new Absences(),
    configs: new ConfigTracker(monotonic),
    announcements: new AnnouncementPace(monotonic),
    upgrades: new UpgradePace({
      image: render.image,
      rolls: options.rollOnUpgrade,
      unfinished: () => upgradesTo(render.image, groups.cache.values(), context),
      onTurn: (group) => queue.add(group),
      now: monotonic,
    }),
    rejections: new PodRejections({ client, fieldManager: FIELD_MANAGER, now: monotonic }),
  };
  const context: PeerGroupContext = {
    client,
    groups: groups.cache,
    nodes: nodes?.cache,
    pods: pods.cache,
    neighbours,
    children: {
      client,
      fieldManager: FIELD_MANAGER,
      kinds: new Map([...children, ...optional].map(({ type, cache }) => [type.kind, { type, cache }])),
      noOps,
      contests,
    },
    renders: new RenderMemo(render.clusterDomain),
    ...memories,
    memories: Object.values(memories),
    tls,
    stuck,
    dnsTtlMs: options.dnsTtlMs,
    absence,
    requeue: (key) => queue.add(key),
    events,
    now,
  };
  return {
    kind: PEER_GROUPS.kind,
    queue,
    informers: [groups, pods, ...(nodes ? [nodes] : []), ...children, ...optional],
    objects: groups.cache,
    reconcile: (key, pass) => reconcilePeerGroup(key, pass, context),
    close: () => {
      reports.close();
      referenced.close();
    },
  };
}

/** Key of the group that an object is, is controlled by, or (a pod, an orphan) carries the label of. */
function groupKeyOf(object: KubeObject): string | undefined {
  if (object.kind === PEER_GROUPS.kind) return keyOf(object);
  const controller = controllerOf(object);
  const name = controller?.kind === PEER_GROUPS.kind ? controller.name : object.metadata.labels?.[LABEL_INSTANCE];
  return name === undefined ? undefined : `${object.metadata.namespace}/${name}`;
}

/** Keys of the groups that have a pod on this node. */
function groupsOn({ metadata: { name } }: Node, pods: Iterable<Pod>): Set<string> {
  const keys = new Set<string>();
  for (const pod of pods) {
    const key = pod.spec.nodeName === name ? groupKeyOf(pod) : undefined;
    if (key !== undefined) keys.add(key);
  }
  return keys;
}
