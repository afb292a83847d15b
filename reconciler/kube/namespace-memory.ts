/** An object up to this size counts nothing: what bounds their number, such as a quota, bounds them. Bytes of JSON. */
const SMALL_BYTES = 16 * 1024;
/** What is kept of one namespace's objects beyond that, of all kinds. */
export const MAX_NAMESPACE_BYTES = 32 * 1024 * 1024;

/** What large objects of one namespace take in all caches. */
interface Use {
  bytes: number;
  /** Objects of which only a part is kept. */
  partial: number;
}

/**
 * Bounds what large objects of one namespace may take of this process's memory, so that its own objects are kept in part, and
 * no other's.
 */
export class NamespaceMemory {
  readonly #uses = new Map<string, Use>();
  readonly #maxBytes: number;

  /** @param maxBytes for each namespace */
  constructor(maxBytes: number = MAX_NAMESPACE_BYTES) {
    this.#maxBytes = maxBytes;
  }

  /** Counts for one more cache. */
  open(): CacheMemory {
    return new CacheMemory(this.#uses, this.#maxBytes);
  }

  /** Number of the namespace's objects that are kept in part. */
  partial(namespace: string): number {
    return this.#uses.get(namespace)?.partial ?? 0;
  }
}

/** What one cache keeps of objects, by their keys. */
export class CacheMemory {
  readonly #uses: Map<string, Use>;
  readonly #maxBytes: number;
  /** Bytes of large objects; those that are kept in part have none. */
  readonly #large = new Map<string, { readonly namespace: string; readonly bytes: number }>();

  constructor(uses: Map<string, Use>, maxBytes: number) {
    this.#uses = uses;
    this.#maxBytes = maxBytes;
  }

  /** Takes room for a state of an object in place of its former one. @returns whether there is any: else a part may be kept */
  tryKeep(key: string, namespace: string | undefined, object: object): boolean {
    this.forget(key);
    if (namespace === undefined) return true;
    const bytes = JSON.stringify(object).length - SMALL_BYTES;
    if (bytes <= 0) return true;
    const use = this.#uses.get(namespace) ?? { bytes: 0, partial: 0 };
    this.#uses.set(namespace, use);
    const hasRoom = use.bytes + bytes <= this.#maxBytes;
    if (hasRoom) use.bytes += bytes;
    else use.partial++;
    this.#large.set(key, { namespace, bytes: hasRoom ? bytes : 0 });
    return hasRoom;
  }

  isPartial(key: string): boolean {
    return this.#large.get(key)?.bytes === 0;
  }

  forget(key: string): void {
    const former = this.#large.get(key);
    if (former === undefined) return;
    this.#large.delete(key);
    const use = this.#uses.get(former.namespace)!;
    if (former.bytes === 0) use.partial--;
    else use.bytes -= former.bytes;
    if (use.bytes === 0 && use.partial === 0) this.#uses.delete(former.namespace);
  }
}
