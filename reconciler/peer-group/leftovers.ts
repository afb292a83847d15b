import { type KubeObject, keyOf, type Rendered } from '../kube/object.ts';
import type { Pod, StatefulSet } from './resources.ts';

export interface LeftoverSituation {
  /** Objects that the group controls, of all kinds of children. */
  readonly owned: readonly KubeObject[];
  readonly rendered: readonly Rendered[];
  /** Pods of the group, those that terminate included. */
  readonly pods: readonly Pod[];
  readonly statefulSet: StatefulSet | undefined;
}

/**
 * Children that aren't asked for any more: optional ones that were turned off, and ConfigMaps of former revisions.
 *
 * A former ConfigMap stays while a pod mounts it, and while a rollout goes on: the StatefulSet's controller may still make a
 * pod of the former revision, which would wait for it for ever.
 */
export function leftovers({ owned, rendered, pods, statefulSet }: LeftoverSituation): KubeObject[] {
  const wanted = new Set(rendered.map(id));
  const mounted = new Set(pods.flatMap((pod) => pod.spec.configMaps));
  const rolling = statefulSet === undefined || isRolling(statefulSet);
  return owned.filter((object) => {
    if (wanted.has(id(object)) || object.metadata.deletionTimestamp !== undefined) return false;
    return object.kind !== 'ConfigMap' || !(rolling || mounted.has(object.metadata.name));
  });
}

function isRolling({ metadata, status = {} }: StatefulSet): boolean {
  return (
    (status.observedGeneration ?? 0) < (metadata.generation ?? 1) || status.currentRevision !== status.updateRevision
  );
}

function id(object: KubeObject): string {
  return `${object.kind} ${keyOf(object)}`;
}
