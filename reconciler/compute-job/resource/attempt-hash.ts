import { contentHash } from '../../../constructs/content-hash.ts';
import type { CompleteComputeJobSpec } from '../../../constructs/crds/compute-job.ts';

/**
 * Fields that can't change in a running pod: changing one replaces the gang. This list never changes, because the hashes of gangs
 * that older versions started are computed from it.
 */
const FIELDS = [
  'command',
  'args',
  'env',
  'image',
  'imagePullSecrets',
  'serviceAccountName',
  'securityContext',
  'resources',
  'nodeSelector',
  'tolerations',
] as const satisfies readonly (keyof CompleteComputeJobSpec)[];

/** Later additions to {@link FIELDS}. They are hashed only if they are set: the hash of a spec without them stays the same. */
const NEWER_FIELDS = [
  'shmSize',
  'terminationGracePeriodSeconds',
] as const satisfies readonly (keyof CompleteComputeJobSpec)[];

/**
 * Hash of what an attempt is started with: only the user's fields, so that an operator that renders pods differently, or has another
 * default image, doesn't restart gangs.
 */
export function attemptHash(spec: CompleteComputeJobSpec): string {
  const newer = NEWER_FIELDS.filter((field) => spec[field] !== undefined);
  return contentHash(
    JSON.stringify([
      ...FIELDS.map((field) => canonical(spec[field])),
      ...newer.map((field) => [field, canonical(spec[field])]),
    ]),
  );
}

/** With sorted keys of objects; null for what is missing. */
function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== 'object' || value === null) return value ?? null;
  return Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, entry]) => [key, canonical(entry)]);
}
