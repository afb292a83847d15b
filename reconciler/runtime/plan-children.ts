import { contentHash } from '../../constructs/content-hash.ts';
import { ANNOTATION_APPLIED } from '../../constructs/names.ts';
import { controllerOf, type KubeObject, type Rendered } from '../kube/object.ts';
import { rendersAs } from '../kube/rendered-fields.ts';

/** What has to be done about one child. */
export type ChildPlan =
  /** It is as rendered. */
  | { readonly action: 'Keep'; readonly child: Rendered }
  /** It isn't there. */
  | { readonly action: 'Create'; readonly child: Rendered }
  /** It is there, ours, and different: we render something new, or somebody changed it. */
  | { readonly action: 'Update'; readonly child: Rendered; readonly cause: 'Changed' | 'Drifted' }
  /** It is on its way out and has to be gone before a new one can be made. */
  | { readonly action: 'Await'; readonly child: Rendered }
  /** Somebody else's object has its name. */
  | { readonly action: 'Conflict'; readonly child: Rendered };

/** Whose children they are. */
export interface Owner {
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
}

/** The hash by which a child says what it was rendered from. */
export function renderedHash(child: Rendered): string {
  return contentHash(JSON.stringify(child));
}

/** The child with the annotation that carries its own hash. */
export function withAppliedHash(child: Rendered): Rendered {
  const annotations = { ...child.metadata.annotations, [ANNOTATION_APPLIED]: renderedHash(child) };
  return { ...child, metadata: { ...child.metadata, annotations } };
}

/**
 * Decides about one child: it is settled when its annotation names the hash of what we render and every field that we
 * render is as we render it. (The annotation alone would miss drift; the fields alone would miss a field that we no longer
 * render; a resource version is no measure, because status moves it.)
 */
export function planChild(child: Rendered, cached: KubeObject | undefined, owner: Owner): ChildPlan {
  const meant = withAppliedHash(child);
  if (cached === undefined) return { action: 'Create', child: meant };
  const controller = controllerOf(cached);
  if (controller?.uid !== owner.uid) {
    // A child of a namesake that was deleted a moment ago: the garbage collector is on its way.
    const orphaned = controller?.kind === owner.kind && controller.name === owner.name;
    return { action: orphaned ? 'Await' : 'Conflict', child: meant };
  }
  if (cached.metadata.deletionTimestamp !== undefined) return { action: 'Await', child: meant };
  if (rendersAs(meant, cached)) return { action: 'Keep', child: meant };
  const applied = cached.metadata.annotations?.[ANNOTATION_APPLIED];
  const cause = applied === meant.metadata.annotations?.[ANNOTATION_APPLIED] ? 'Drifted' : 'Changed';
  return { action: 'Update', child: meant, cause };
}
