import { MAX_NAMESPACE_BYTES } from '../kube/namespace-memory.ts';

/** Of a spec in the cache, in bytes of its JSON. etcd takes objects of 1.5 MiB, the operator has 512 MiB for all of them. */
export const MAX_SPEC_BYTES = 512 * 1024;

/** Message for an object of which only a part is cached. */
export const NO_ROOM = `large objects in this namespace exceed the ${MAX_NAMESPACE_BYTES / 2 ** 20} MiB that the operator caches for a namespace: delete some of them or make them smaller`;

/** Message for a spec that is too large for the cache; undefined if it is not. */
export function tooLargeSpec(spec: unknown): string | undefined {
  const bytes = Buffer.byteLength(JSON.stringify(spec) ?? '');
  if (bytes <= MAX_SPEC_BYTES) return undefined;
  return `spec has ${bytes} bytes; the maximum is ${MAX_SPEC_BYTES}`;
}
