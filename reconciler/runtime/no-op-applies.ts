import { ANNOTATION_APPLIED } from '../../constructs/names.ts';
import type { ApplyConfiguration, KubeObject } from '../kube/object.ts';

/**
 * Remembers applies that changed nothing although the object differs from what is rendered, because of a mutating webhook or a
 * normal form of a field that is unknown here. Applying again would change nothing again.
 */
export class NoOpApplies {
  /** Resource version and rendered hash by uid: a changed object, or one that is rendered differently, is applied again. */
  readonly #settled = new Map<string, string>();

  has(object: KubeObject, rendered: ApplyConfiguration): boolean {
    return this.#settled.get(object.metadata.uid ?? '') === stamp(object, rendered);
  }

  add(object: KubeObject, rendered: ApplyConfiguration): void {
    this.#settled.set(object.metadata.uid ?? '', stamp(object, rendered));
  }

  delete(object: KubeObject): void {
    this.#settled.delete(object.metadata.uid ?? '');
  }
}

function stamp(object: KubeObject, rendered: ApplyConfiguration): string {
  return `${object.metadata.resourceVersion} ${rendered.metadata.annotations?.[ANNOTATION_APPLIED]}`;
}
