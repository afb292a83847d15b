import type { CacheEvent } from '../kube/cache.ts';
import type { KubeObject } from '../kube/object.ts';

/** Decides by an event alone; see controller-runtime's package predicate. */
export type Predicate<T extends KubeObject> = (event: CacheEvent<T>) => boolean;

export function always(): boolean {
  return true;
}

export function not<T extends KubeObject>(predicate: Predicate<T>): Predicate<T> {
  return (event) => !predicate(event);
}

export function isInInitialList({ isInInitialList }: CacheEvent<KubeObject>): boolean {
  return isInInitialList;
}

/**
 * Whether more than status and metadata may have changed: the API server counts every change of a spec in
 * `metadata.generation`. True for an object that is new or deleted, and for kinds without a generation (ConfigMap, Pod …).
 */
export function generationChanged({ object, old, deleted }: CacheEvent<KubeObject>): boolean {
  if (deleted || old === undefined || old.metadata.uid !== object.metadata.uid) return true;
  return object.metadata.generation === undefined || object.metadata.generation !== old.metadata.generation;
}
