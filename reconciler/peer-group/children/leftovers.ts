import { type ApplyConfiguration, type KubeObject, keyOf } from '../../kube/object.ts';
import type { DaemonSet, Pod, StatefulSet } from '../resources.ts';

export interface LeftoverInput {
  /** Objects that the group controls, of all kinds of children. */
  readonly owned: readonly KubeObject[];
  readonly rendered: readonly ApplyConfiguration[];
  /** Pods of the group, those that terminate included. */
  readonly pods: readonly Pod[];
  /** Whether the workload's controller may still make pods of a former revision. */
  readonly isRolling: boolean;
}

/**
 * Children that aren't asked for any more: optional ones that were turned off, and ConfigMaps of former revisions.
 *
 * A former ConfigMap stays while a pod mounts it, and while a rollout goes on: the StatefulSet's controller may still make a
 * pod of the former revision, which would wait for it for ever.
 */
export function leftovers({ owned, rendered, pods, isRolling }: LeftoverInput): KubeObject[] {
  const wanted = new Set(rendered.map(id));
  const mounted = new Set(pods.flatMap((pod) => pod.spec.configMaps));
  return owned.filter((object) => {
    if (wanted.has(id(object)) || object.metadata.deletionTimestamp !== undefined) return false;
    return object.kind !== 'ConfigMap' || !(isRolling || mounted.has(object.metadata.name));
  });
}

/** A workload that isn't there counts as rolling: it is about to be made. */
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
