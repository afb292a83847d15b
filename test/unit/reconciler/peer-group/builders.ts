import type { DaemonSet, Pod, StatefulSet } from '../../../../reconciler/peer-group/resources.ts';

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
