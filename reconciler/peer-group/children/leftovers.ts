import { type ApplyConfiguration, type KubeObject, keyOf } from '../../kube/object.ts';
import type { DaemonSet, Pod, StatefulSet } from '../resources.ts';

export interface LeftoverInput {
  /** Objects that the group controls, of any kind. */
  readonly owned: readonly KubeObject[];
  readonly rendered: readonly ApplyConfiguration[];
  /** Pods of the group, including terminating ones. */
  readonly pods: readonly Pod[];
  /** Whether the workload's controller may still create pods of a previous revision. */
  readonly isRolling: boolean;
}

/**
 * Children that are no longer rendered: optional ones that were disabled, and ConfigMaps of previous revisions.
 *
 * A ConfigMap of a previous revision is kept while a pod mounts it and during a rollout: the StatefulSet's controller may still
 * create a pod of that revision, which would wait for it forever.
 */
export function leftovers({ owned, rendered, pods, isRolling }: LeftoverInput): KubeObject[] {
  const wanted = new Set(rendered.map(id));
  const mounted = new Set(pods.flatMap((pod) => pod.spec.configMaps));
  return owned.filter((object) => {
    if (wanted.has(id(object)) || object.metadata.deletionTimestamp !== undefined) return false;
    return object.kind !== 'ConfigMap' || !(isRolling || mounted.has(object.metadata.name));
  });
}

/** A missing workload counts as rolling: it is about to be created. */
export function isRolling(workload: StatefulSet | DaemonSet | undefined): boolean {
  if (workload === undefined) return true;
  const { metadata, status = {} } = workload;
  if ((status.observedGeneration ?? 0) < (metadata.generation ?? 1)) return true;
  return 'currentRevision' in status
    ? status.currentRevision !== status.updateRevision
    : 'updatedNumberScheduled' in status && status.updatedNumberScheduled !== status.desiredNumberScheduled;
}

function id(object: KubeObject): string {
  return `${object.kind} ${keyOf(object)}`;
}
