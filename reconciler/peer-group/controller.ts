import type { Registry } from 'prom-client';
import { PEER_CHILDREN_SELECTOR } from '../../constructs/labels.ts';
import { FIELD_MANAGER, LABEL_TLS } from '../../constructs/names.ts';
import type { RenderContext } from '../../constructs/peer-group.ts';
import type { KubeClient } from '../kube/client.ts';
import { PODS } from '../kube/core-types.ts';
import type { EventRecorder } from '../kube/event-recorder.ts';
import { Informer, type InformerContext } from '../kube/informer.ts';
import { FieldsPool } from '../kube/managed-fields.ts';
import { type KubeObject, splitKey } from '../kube/object.ts';
import { OptionalInformer } from '../kube/optional-informer.ts';
import type { Node } from '../node-resources/node.ts';
import { forgetDeleted } from '../runtime/apply-children.ts';
import type { Controller } from '../runtime/controller.ts';
import { controller } from '../runtime/controller-builder.ts';
import { FieldContests } from '../runtime/field-contests.ts';

import { NoOpApplies } from '../runtime/no-op-applies.ts';
import { always, generationChanged, isInInitialList, not } from '../runtime/predicates.ts';
import type { WorkQueue } from '../runtime/work-queue.ts';
import type { StartProblem } from '../stuck-pods/start-problem.ts';
import { StuckPods, sameCause } from '../stuck-pods/stuck-pods.ts';
import { RenderMemo } from './children/render-memo.ts';
import { reduceChild, transformChild, transformPod } from './children/transform.ts';
import { ReportCollector } from './collect/report-collector.ts';
import { ConfigTracker } from './config-delivery/config-tracker.ts';
import { NotificationLimiter } from './config-delivery/notification-limiter.ts';
import { Absences } from './connectivity/absences.ts';
import { tryRead } from './inputs/gather-inputs.ts';
import { readGroup, reduceGroup } from './inputs/read-group.ts';
import { ReferencedConfigMaps } from './inputs/referenced-config-maps.ts';
import { findReferences, ReferenceCache } from './inputs/references.ts';
import { groupKeyOf, groupsOnNode, relatedGroups, relatedToPod, trackStartProblem } from './map-events.ts';
import { peerGroupMetrics } from './metrics.ts';
import { PodRejections } from './pods/pod-rejections.ts';
import { type PeerGroupContext, reconcilePeerGroup } from './reconcile.ts';
import { CHILD_TYPES, OPTIONAL_CHILD_TYPES, PEER_GROUPS, type PeerGroupObject, type Pod } from './resources.ts';
import { upgradesTo } from './rollout/upgrade.ts';
import { UpgradeLimiter } from './rollout/upgrade-limiter.ts';
import { WriteLimiter } from './status/write-limiter.ts';
import type { Lifetimes } from './tls/lifetimes.ts';
import { CertificateRotator } from './tls/rotator.ts';

export interface PeerGroupOptions {
  readonly client: KubeClient;
  readonly informers: InformerContext;
  /** Shared with other kinds; undefined when only some namespaces are watched. */
  readonly nodes: Informer<Node> | undefined;
  readonly queue: WorkQueue;
  readonly registry: Registry;
  readonly events: EventRecorder;
  readonly render: RenderContext;
  /** Whether groups with an older default image are upgraded to the one in `render`. */
  readonly rollOnUpgrade: boolean;
  /** Watch these only; undefined for all. */
  readonly namespaces: readonly string[] | undefined;
  /** How long a name may resolve to the address of a former pod, in milliseconds. */
  readonly dnsTtlMs: number;
  readonly lifetimes: Lifetimes;
  /** Secrets are not watched, but read again after this many milliseconds. */
  readonly resyncMs: number;
  /** Monotonic milliseconds. */
  readonly monotonic: () => number;
  /** Wall clock, in milliseconds. */
  readonly now: () => number;
}

/** Wires the controller: caches of groups, children and pods, and which change reconciles which group. */
export function createPeerGroupController(options: PeerGroupOptions): Controller {
  const { client, informers, nodes, queue, events, render, monotonic, now } = options;
  const { namespaces } = options;
  const ours = { namespaces, labelSelector: PEER_CHILDREN_SELECTOR };
  const groups = new Informer<PeerGroupObject>(informers, {
    type: PEER_GROUPS,
    listOptions: { namespaces },
    transform: readGroup,
    reduce: reduceGroup,
    indexBy: ({ metadata }) => metadata.namespace,
  });
  const pods = new Informer<Pod>(informers, {
    type: PODS,
    listOptions: ours,
    transform: transformPod,
    indexBy: groupKeyOf,
  });
  const pool = new FieldsPool();
  const children = CHILD_TYPES.map(
    (type) =>
      new Informer<KubeObject>(informers, {
        type,
        listOptions: ours,
        transform: transformChild(type, pool),
        reduce: reduceChild,
      }),
  );
  const optional = OPTIONAL_CHILD_TYPES.map(
    (type) =>
      new OptionalInformer<KubeObject>(informers, {
        type,
        listOptions: ours,
        transform: transformChild(type, pool),
        reduce: reduceChild,
        onAvailable: () => {
          for (const key of groups.cache.keys()) queue.add(key, 'Low');
        },
      }),
  );

  const references = new ReferenceCache((inNamespace) =>
    findReferences(inNamespace, { groups: groups.cache, pods: pods.cache }),
  );
  const stuck = new StuckPods<StartProblem>(sameCause);
  const tls = new CertificateRotator({
    client,
    fieldManager: FIELD_MANAGER,
    clusterDomain: render.clusterDomain,
    lifetimes: options.lifetimes,
    resyncMs: options.resyncMs,
    now,
  });
  peerGroupMetrics(options.registry, () => tls.firstToExpire);
  const requeue = (key: string) => queue.add(key);
  const reports = new ReportCollector({ now: monotonic, onChange: requeue });
  const referenced = new ReferencedConfigMaps({
    versionOf: async (key) => {
      const { namespace = '', name } = splitKey(key);
      return (await tryRead(client, { namespace, name }))?.metadata.resourceVersion;
    },
    onChange: requeue,
  });
  const memories = {
    reports,
    referenced,
    statusWrites: new WriteLimiter(monotonic),
    absences: new Absences(),
    unsettled: new Absences(),
    configs: new ConfigTracker(monotonic),
    notifications: new NotificationLimiter(monotonic),
    upgrades: new UpgradeLimiter({
      image: render.image,
      rolls: options.rollOnUpgrade,
      unfinished: () => upgradesTo(render.image, groups.cache.values(), context),
      onTurn: requeue,
      now: monotonic,
    }),
    rejections: new PodRejections({ client, fieldManager: FIELD_MANAGER, now: monotonic }),
  };
  const context: PeerGroupContext = {
    client,
    groups: groups.cache,
    nodes: nodes?.cache,
    pods: pods.cache,
    references,
    children: {
      client,
      fieldManager: FIELD_MANAGER,
      kinds: new Map([...children, ...optional].map(({ type, cache }) => [type.kind, { type, cache }])),
      noOps: new NoOpApplies(),
      contests: new FieldContests(monotonic),
    },
    renders: new RenderMemo(render.clusterDomain),
    ...memories,
    memories: Object.values(memories),
    tls,
    stuck,
    dnsTtlMs: options.dnsTtlMs,
    absence: (kind) => optional.find((informer) => informer.type.kind === kind)?.unavailableReason,
    requeue,
    events,
    now,
  };

  const builder = controller(groups, {
    queue,
    reconcile: (key, log) => reconcilePeerGroup(key, log, context),
    addIfAbsent: not(generationChanged),
    close: () => {
      reports.close();
      referenced.close();
    },
  })
    .observes(groups, ({ object }) => references.forget(object.metadata.namespace))
    .watches(groups, ({ object, old }) => relatedGroups(object, old, groups.cache), {
      predicate: not(isInInitialList),
    })
    .observes(pods, ({ object: { metadata } }) => {
      if (metadata.labels?.[LABEL_TLS] !== undefined) references.forget(metadata.namespace ?? '');
    })
    .observes(pods, (event) => trackStartProblem(event, stuck, now))
    .watches(pods, ({ object }) => groupKeyOf(object), { addIfAbsent: always })
    .watches(pods, ({ object }) => relatedToPod(object, groups.cache), { predicate: not(isInInitialList) });
  if (nodes)
    builder.watches(nodes, ({ object }) => groupsOnNode(object.metadata.name, pods.cache.values()), {
      predicate: not(isInInitialList),
    });
  for (const child of [...children, ...optional])
    builder
      .observes(child, (event) => forgetDeleted(event, context.children))
      .watches(child, ({ object }) => groupKeyOf(object), { addIfAbsent: not(generationChanged) });
  return builder.build();
}
