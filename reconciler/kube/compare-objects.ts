import { deepEqual } from './deep-equal.ts';
import type { KubeObject } from './object.ts';
import { compareResourceVersions } from './resource-version.ts';

export function sameVersion(a: KubeObject, b: KubeObject): boolean {
  return a.metadata.resourceVersion === b.metadata.resourceVersion;
}

/** Not a successor of the same name. */
export function sameObject(a: KubeObject, b: KubeObject): boolean {
  return a.metadata.uid === b.metadata.uid;
}

export function isOlderOrEqual(a: KubeObject, b: KubeObject): boolean {
  return compareResourceVersions(a.metadata.resourceVersion ?? '', b.metadata.resourceVersion ?? '') <= 0;
}

/** Whether two states of an object differ in nothing but the bookkeeping of the API server. */
export function sameContent(a: KubeObject, b: KubeObject): boolean {
  const { resourceVersion: _, ...left } = a.metadata;
  const { resourceVersion: __, ...right } = b.metadata;
  return deepEqual({ ...a, metadata: left }, { ...b, metadata: right });
}
