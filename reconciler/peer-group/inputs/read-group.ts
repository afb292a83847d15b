import { InvalidPeerGroupError } from '../../../constructs/errors.ts';
import type { KubeObject } from '../../kube/object.ts';
import { bare, stripManagedFields } from '../../kube/transform.ts';
import { NO_ROOM, tooLargeSpec } from '../../runtime/bounded-spec.ts';
import type { PeerGroupObject } from '../resources.ts';
import { completedOrError } from './try-complete.ts';

/** Of `affinity`, in bytes of its JSON: room for hundreds of terms. */
const MAX_AFFINITY_BYTES = 64 * 1024;

/**
 * A PeerGroup as the cache keeps it, without annotations. Its spec can be read by everybody: one that an older, laxer definition let in, of another
 * shape than the schema's, or that takes too much memory, is replaced by an empty one and a problem that says so.
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

/** What is kept of a group when its namespace has no room for all of it. */
export function reduceGroup(group: PeerGroupObject): PeerGroupObject {
  return {
    ...group,
    metadata: bare(group).metadata as PeerGroupObject['metadata'],
    spec: {},
    rejected: { reason: 'NamespaceTooLarge', message: NO_ROOM },
  };
}

/** The one field without a schema: nobody else bounds it. */
function tooLargeAffinity(spec: PeerGroupObject['spec'] | undefined): string | undefined {
  const bytes = Buffer.byteLength(JSON.stringify(spec?.affinity) ?? '');
  if (bytes <= MAX_AFFINITY_BYTES) return undefined;
  return `affinity has ${bytes} bytes, but at most ${MAX_AFFINITY_BYTES} are supported: use fewer terms`;
}

/** Whether what groups read of each other has the types that it should have. The rest is looked at in the group's own pass. */
function hasReadableSpec({ spec }: { readonly spec?: unknown }): boolean {
  if (!isRecord(spec)) return false;
  const { peers = [], tls = {} } = spec;
  return Array.isArray(peers) && peers.every(isRecord) && isRecord(tls);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
