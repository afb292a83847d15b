import { contentHash } from '../../../constructs/content-hash.ts';
import type { CompleteComputeJobSpec } from '../../../constructs/crds/compute-job.ts';

/**
 * Fields that can't change under a running pod: a change of one replaces the gang. This list never changes: the hashes of gangs
 * that were started by older versions are made of it.
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

/** Later additions to {@link FIELDS}, in the hash only where they are set: a spec without them keeps the hash that it had. */
const NEWER_FIELDS = [
  'shmSize',
  'terminationGracePeriodSeconds',
] as const satisfies readonly (keyof CompleteComputeJobSpec)[];

/**
 * Hash of what an attempt is started with. The user's fields only: an operator that renders pods in another way, or has
 * another default image, restarts no gang.
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

/** With the keys of objects in order; null for what isn't there. */
function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== 'object' || value === null) return value ?? null;
  return Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, entry]) => [key, canonical(entry)]);
}
