import { contentHash } from '../../constructs/content-hash.ts';
import { ANNOTATION_APPLIED } from '../../constructs/names.ts';
import { type DriftedField, driftOf } from '../kube/drift.ts';
import { appliedFields } from '../kube/managed-fields.ts';
import { type ApplyConfiguration, controllerOf, type KubeObject } from '../kube/object.ts';

/** What has to be done about one child. */
export type ChildPlan =
  /** It is as rendered. */
  | { readonly action: 'Keep'; readonly child: ApplyConfiguration }
  /** It isn't there. */
  | { readonly action: 'Create'; readonly child: ApplyConfiguration }
  /** It is there and ours, and we render something new. */
  | { readonly action: 'Update'; readonly child: ApplyConfiguration }
  /** It is there and ours, and somebody changed these fields since we applied it. */
  | { readonly action: 'Restore'; readonly child: ApplyConfiguration; readonly fields: readonly DriftedField[] }
  /** It is on its way out and has to be gone before a new one can be made. */
  | { readonly action: 'Await'; readonly child: ApplyConfiguration }
  /** Somebody else's object has its name. */
  | { readonly action: 'Conflict'; readonly child: ApplyConfiguration };

/** Whose children they are. */
export interface Owner {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
}

/** The child with the annotation that says, by a hash, what it was rendered from. */
export function withAppliedHash(child: ApplyConfiguration): ApplyConfiguration {
  const { [ANNOTATION_APPLIED]: _, ...annotations } = child.metadata.annotations ?? {};
  const bare = { ...child, metadata: { ...child.metadata, annotations } };
  const hash = contentHash(JSON.stringify(bare));
  return { ...child, metadata: { ...child.metadata, annotations: { ...annotations, [ANNOTATION_APPLIED]: hash } } };
}

/**
 * Decides about one child: it is settled when its annotation names the hash of what we render and we still own every field
 * that we render. (The annotation alone would miss drift; the fields alone would miss a field that we no longer
 * render; a resource version is no measure, because status moves it.)
 *
 * @param child as {@link withAppliedHash} made it
 * @param cached with our entry of managedFields
 */
export function planChild(
  child: ApplyConfiguration,
  cached: KubeObject | undefined,
  owner: Owner,
  fieldManager: string,
): ChildPlan {
  if (cached === undefined) return { action: 'Create', child };
  const controller = controllerOf(cached);
  if (controller?.uid !== owner.uid) {
    // A child of a namesake that was deleted a moment ago: the garbage collector is on its way.
    const orphaned =
      controller !== undefined &&
      (['apiVersion', 'kind', 'name'] as const).every((field) => controller[field] === owner[field]);
    return { action: orphaned ? 'Await' : 'Conflict', child };
  }
  if (cached.metadata.deletionTimestamp !== undefined) return { action: 'Await', child };
  const fields = driftOf(child, cached, appliedFields(cached, fieldManager));
  if (fields.length === 0) return { action: 'Keep', child };
  const applied = cached.metadata.annotations?.[ANNOTATION_APPLIED];
  const isCurrent = applied === child.metadata.annotations?.[ANNOTATION_APPLIED];
  return isCurrent ? { action: 'Restore', child, fields } : { action: 'Update', child };
}
