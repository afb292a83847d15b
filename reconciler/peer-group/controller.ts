import { PEER_CHILDREN_SELECTOR } from '../../constructs/labels.ts';
import { FIELD_MANAGER, LABEL_INSTANCE } from '../../constructs/names.ts';
import type { RenderContext } from '../../constructs/peer-group.ts';
import type { CacheEvent } from '../kube/cache.ts';
import type { KubeClient } from '../kube/client.ts';
import type { EventRecorder } from '../kube/event-recorder.ts';
import { Informer, type InformerContext } from '../kube/informer.ts';
import { controllerOf, type KubeObject, keyOf } from '../kube/object.ts';
import { prune } from '../kube/prune.ts';
import type { Kind } from '../runtime/kind.ts';
import { NoOpMemory } from '../runtime/no-op-memory.ts';
import type { WorkQueue } from '../runtime/work-queue.ts';
import { ConfigTracker } from './config-tracker.ts';
import type { PeerGroupContext } from './context.ts';
import { pruneChild, prunePod } from './prune.ts';
import { reconcilePeerGroup } from './reconcile.ts';
import { RenderMemo } from './render-memo.ts';
import { ReportCollector } from './report-collector.ts';
import { CHILD_TYPES, PEER_GROUPS, type PeerGroupObject, PODS } from './resources.ts';

export interface PeerGroupOptions {
  readonly client: KubeClient;
  readonly informers: InformerContext;
  readonly queue: WorkQueue;
  readonly events: EventRecorder;
  readonly render: RenderContext;
  /** Watch this namespace only; undefined for all. */
  readonly namespace: string | undefined;
  /** Monotonic milliseconds. */
  readonly monotonic: () => number;
  /** Wall clock, in milliseconds. */
  readonly now: () => number;
}

/** Pods asked for their report at once. */
const REPORT_CONCURRENCY = 32;

/** Wires what PeerGroups need: caches of the groups, their children and pods, and whose change queues which group. */
export function createPeerGroupKind(options: PeerGroupOptions): Kind {
  const { client, informers, queue, events, render, monotonic, now } = options;
  const namespace = options.namespace === undefined ? {} : { namespace: options.namespace };
  const ours = { ...namespace, labelSelector: PEER_CHILDREN_SELECTOR };
  const onEvent = ({ object, initial, statusOnly }: CacheEvent<KubeObject>) => {
    const key = groupKeyOf(object);
    if (key !== undefined) queue.add(key, initial || statusOnly || object.kind === PODS.kind ? 'Backlog' : 'Fresh');
  };

  const groups = new Informer<PeerGroupObject>(informers, {
    type: PEER_GROUPS,
    selection: namespace,
    prune: (object) => prune(object) as PeerGroupObject,
    onEvent,
  });
  const pods = new Informer(informers, { type: PODS, selection: ours, prune: prunePod, indexBy: groupKeyOf, onEvent });
  const noOps = new NoOpMemory();
  const children = CHILD_TYPES.map(
    (type) =>
      new Informer<KubeObject>(informers, {
        type,
        selection: ours,
        prune: pruneChild(type),
        onEvent: (event) => {
          if (event.deleted) noOps.forget(event.object);
          onEvent(event);
        },
      }),
  );
  const context: PeerGroupContext = {
    client,
    groups: groups.cache,
    pods: pods.cache,
    children: {
      client,
      fieldManager: FIELD_MANAGER,
      kinds: new Map(children.map(({ type, cache }) => [type.kind, { type, cache }])),
      noOps,
    },
    renders: new RenderMemo(render),
    reports: new ReportCollector({ concurrency: REPORT_CONCURRENCY, onChange: (group) => queue.add(group) }),
    configs: new ConfigTracker(monotonic),
    events,
    now,
  };
  return {
    kind: PEER_GROUPS.kind,
    queue,
    informers: [groups, pods, ...children],
    objects: groups.cache,
    reconcile: (key, pass) => reconcilePeerGroup(key, pass, context),
    close: () => context.reports.close(),
  };
}

/** Key of the group that an object is, is controlled by, or (a pod, an orphan) carries the label of. */
function groupKeyOf(object: KubeObject): string | undefined {
  if (object.kind === PEER_GROUPS.kind) return keyOf(object);
  const controller = controllerOf(object);
  const name = controller?.kind === PEER_GROUPS.kind ? controller.name : object.metadata.labels?.[LABEL_INSTANCE];
  return name === undefined ? undefined : `${object.metadata.namespace}/${name}`;
}
