import type { CacheMemory } from './namespace-memory.ts';
import { controllerOf, type KubeObject } from './object.ts';

/** Bounds the memory of large objects; `reduce` makes the part of one that is kept when there is no room for all of it. */
export interface MemoryBound<T> {
  readonly memory: CacheMemory;
  readonly reduce: (object: T) => T;
}

/** Objects by key, by the owner that controls them, and by one more property. */
export class ObjectStore<T extends KubeObject> {
  readonly #objects = new Map<string, T>();
  readonly #byOwner = new Index<T>((object) => controllerOf(object)?.uid);
  readonly #byIndex: Index<T>;
  readonly #bound: MemoryBound<T> | undefined;

  /** @param indexBy undefined: not in the index */
  constructor(bound: MemoryBound<T> | undefined, indexBy: (object: T) => string | undefined) {
    this.#bound = bound;
    this.#byIndex = new Index(indexBy);
  }

  get size(): number {
    return this.#objects.size;
  }

  get(key: string): T | undefined {
    return this.#objects.get(key);
  }

  keys(): IterableIterator<string> {
    return this.#objects.keys();
  }

  values(): IterableIterator<T> {
    return this.#objects.values();
  }

  entries(): IterableIterator<[string, T]> {
    return this.#objects.entries();
  }

  ownedBy(uid: string): T[] {
    return this.#byOwner.get(uid);
  }

  indexedBy(value: string): T[] {
    return this.#byIndex.get(value);
  }

  isPartial(key: string): boolean {
    return this.#bound?.memory.isPartial(key) ?? false;
  }

  /** @returns what is kept of it */
  set(key: string, object: T): T {
    const hasRoom = this.#bound?.memory.tryKeep(key, object.metadata.namespace, object) ?? true;
    const kept = hasRoom ? object : this.#bound!.reduce(object);
    const known = this.#objects.get(key);
    this.#objects.set(key, kept);
    this.#byOwner.replace(key, known, kept);
    this.#byIndex.replace(key, known, kept);
    return kept;
  }

  delete(key: string): void {
    const known = this.#objects.get(key);
    this.#objects.delete(key);
    this.#bound?.memory.forget(key);
    this.#byOwner.replace(key, known, undefined);
    this.#byIndex.replace(key, known, undefined);
  }
}

/** Objects by a property of theirs. */
class Index<T> {
  readonly #property: (object: T) => string | undefined;
  readonly #entries = new Map<string, Map<string, T>>();

  constructor(property: (object: T) => string | undefined) {
    this.#property = property;
  }

  get(value: string): T[] {
    return [...(this.#entries.get(value)?.values() ?? [])];
  }

  replace(key: string, before: T | undefined, after: T | undefined): void {
    const from = before && this.#property(before);
    const to = after && this.#property(after);
    if (from !== undefined && from !== to) {
      const entry = this.#entries.get(from);
      entry?.delete(key);
      if (entry?.size === 0) this.#entries.delete(from);
    }
    if (to === undefined || after === undefined) return;
    const entry = this.#entries.get(to);
    if (entry === undefined) this.#entries.set(to, new Map([[key, after]]));
    else entry.set(key, after);
  }
}
