import type { PeerGroupSpec } from '../../../../constructs/crds/peer-group.ts';
import { Cache } from '../../../../reconciler/kube/cache.ts';
import type { KubeObject } from '../../../../reconciler/kube/object.ts';
import type { DaemonSet, PeerGroupObject, Pod, StatefulSet } from '../../../../reconciler/peer-group/resources.ts';

/** A PeerGroup as the API server has it, with the defaults that it needs. */
export function group(name: string, spec: PeerGroupSpec = {}, namespace = 'ns'): PeerGroupObject {
  const metadata = { name, namespace, uid: `uid-${name}`, resourceVersion: '5', generation: 1 };
  return { apiVersion: 'rollcall.dev/v1alpha1', kind: 'PeerGroup', metadata, spec } as PeerGroupObject;
}

/** A cache with these objects. */
export function cacheOf<T extends KubeObject>(
  objects: readonly T[],
  indexBy: (object: T) => string | undefined = ({ metadata }) => metadata.namespace,
): Cache<T> {
  const cache = new Cache<T>({ transform: (object) => object as T, indexBy, onEvent: () => {} });
  for (const object of objects) {
    const metadata = { uid: `uid-${object.metadata.name}`, resourceVersion: '1', ...object.metadata };
    cache.handleDelta({ type: 'Upsert', object: { ...object, metadata } });
  }
  return cache;
}

/** Caches of children by kind, as `applyChildren` has them. */
export function childCaches(...objects: readonly KubeObject[]) {
  const kinds = new Map(
    [...new Set(objects.map(({ kind }) => kind))].map((kind) => {
      const cache = cacheOf(objects.filter((object) => object.kind === kind));
      return [kind, { type: { group: '', version: 'v1', kind, plural: '', namespaced: true }, cache }];
    }),
  );
  return { children: { kinds } };
}

/** A cache of pods by their group, whose name theirs begins with. */
export function podCache(...pods: readonly Pod[]) {
  return { pods: cacheOf(pods, ({ metadata: { namespace, name } }) => `${namespace}/${name.replace(/-[^-]*$/, '')}`) };
}

/** A ready pod of group `web` that mounts the present config. */
export function pod(number: number, changes: { metadata?: object; configMaps?: string[] } = {}): Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: `web-${number}`,
      namespace: 'ns',
      uid: `pod-${number}`,
      creationTimestamp: '2026-01-01T00:00:00Z',
      ...changes.metadata,
    },
    spec: { configMaps: changes.configMaps ?? ['web-config-now'] },
    status: { phase: 'Running', podIP: `10.0.0.${number}`, ready: true, hasBeenReady: true, hasRestarted: false },
  };
}

/** A StatefulSet that its controller has brought to where it should be. */
export function statefulSet(replicas: number, status: StatefulSet['status'] = {}): StatefulSet {
  return {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name: 'web', namespace: 'ns', generation: 3 },
    spec: { replicas },
    status: {
      observedGeneration: 3,
      replicas,
      readyReplicas: replicas,
      updatedReplicas: replicas,
      currentRevision: 'r',
      updateRevision: 'r',
      ...status,
    },
  };
}

/** A DaemonSet that its controller has brought to every node. */
export function daemonSet(nodes: number, status: DaemonSet['status'] = {}): DaemonSet {
  return {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name: 'web', namespace: 'ns', generation: 3 },
    status: {
      observedGeneration: 3,
      desiredNumberScheduled: nodes,
      currentNumberScheduled: nodes,
      updatedNumberScheduled: nodes,
      numberReady: nodes,
      ...status,
    },
  };
}
