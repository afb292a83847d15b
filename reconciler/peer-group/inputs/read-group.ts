import { InvalidPeerGroupError } from '../../../constructs/errors.ts';
import type { KubeObject } from '../../kube/object.ts';
import { bare, stripManagedFields } from '../../kube/transform.ts';
import { NO_ROOM, tooLargeSpec } from '../../runtime/bounded-spec.ts';
import type { PeerGroupObject } from '../resources.ts';
import { completedOrError } from './try-complete.ts';

/** Maximum size of `affinity`, in bytes of JSON: enough for hundreds of terms. */
const MAX_AFFINITY_BYTES = 64 * 1024;

/**
 * A PeerGroup as the cache keeps it, without annotations. A spec that an older CRD accepted and that does not have the
 * shape of the schema, or that takes too much memory, is replaced by an empty one with a problem.
 */
export function readGroup(object: KubeObject): PeerGroupObject {
  const { annotations: _, ...metadata } = stripManagedFields(object).metadata;
  const group = { ...object, metadata } as PeerGroupObject;
  const tooLarge = tooLargeSpec(group.spec) ?? tooLargeAffinity(group.spec);
  if (tooLarge !== undefined) return { ...group, spec: {}, rejected: { reason: 'SpecTooLarge', message: tooLarge } };
  if (hasReadableSpec(group)) return group;
  const error = completedOrError(group);
  const message = error instanceof InvalidPeerGroupError ? error.message : 'the spec does not match the schema';
  return { ...group, spec: {}, rejected: { reason: 'InvalidSpec', message } };
}

/** The part of a group that is kept when its namespace has no room for all of it. */
export function reduceGroup(group: PeerGroupObject): PeerGroupObject {
  return {
    ...group,
    metadata: bare(group).metadata as PeerGroupObject['metadata'],
    spec: {},
    rejected: { reason: 'NamespaceTooLarge', message: NO_ROOM },
  };
}

/** The only field without a schema, and so without a limit. */
function tooLargeAffinity(spec: PeerGroupObject['spec'] | undefined): string | undefined {
  const bytes = Buffer.byteLength(JSON.stringify(spec?.affinity) ?? '');
  if (bytes <= MAX_AFFINITY_BYTES) return undefined;
  return `affinity has ${bytes} bytes, but at most ${MAX_AFFINITY_BYTES} are supported: use fewer terms`;
}

/** Whether the fields that groups read of each other have the right types. The rest is checked in the group's own reconcile. */
function hasReadableSpec({ spec }: { readonly spec?: unknown }): boolean {
  if (!isRecord(spec)) return false;
  const { peers = [], tls = {} } = spec;
  return Array.isArray(peers) && peers.every(isRecord) && isRecord(tls);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
