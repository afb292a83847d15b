/**
 * An LRU cache that is limited in bytes: keys contain text that tenants write, so neither the number nor the length of keys may decide
 * how much memory it takes.
 */
export class ByteCache<V> {
  readonly #maxBytes: number;
  readonly #entries = new Map<string, { readonly value: V; readonly bytes: number }>();
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get(key: string): V | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry.value;
  }

  /** @param bytes size of the value; the size of the key is added. A value that is larger than the cache is not stored. */
  set(key: string, value: V, bytes: number): void {
    this.delete(key);
    // A character may take two bytes, and an entry has its own overhead.
    const size = bytes + 2 * key.length + 200;
    if (size > this.#maxBytes) return;
    for (const oldest of this.#entries.keys()) {
      if (this.#bytes + size <= this.#maxBytes) break;
      this.delete(oldest);
    }
    this.#entries.set(key, { value, bytes: size });
    this.#bytes += size;
  }

  delete(key: string): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    this.#entries.delete(key);
    this.#bytes -= entry.bytes;
  }
}
