import { ANNOTATION_APPLIED } from '../../constructs/names.ts';
import type { KubeObject, Rendered } from '../kube/object.ts';

/**
 * Applies that changed nothing although the object looks different from what we render: something (a mutating webhook, a
 * form of a field that we don't know) makes it so. Applying it again would change nothing again, for ever.
 */
export class NoOpMemory {
  /** Resource version and rendered hash by uid: a changed object or another rendering is tried anew. */
  readonly #settled = new Map<string, string>();

  has(object: KubeObject, rendered: Rendered): boolean {
    return this.#settled.get(object.metadata.uid ?? '') === stamp(object, rendered);
  }

  remember(object: KubeObject, rendered: Rendered): void {
    this.#settled.set(object.metadata.uid ?? '', stamp(object, rendered));
  }

  forget(object: KubeObject): void {
    this.#settled.delete(object.metadata.uid ?? '');
  }
}

function stamp(object: KubeObject, rendered: Rendered): string {
  return `${object.metadata.resourceVersion} ${rendered.metadata.annotations?.[ANNOTATION_APPLIED]}`;
}
