import { deepEqual } from './deep-equal.ts';
import { controllerOf, type KubeObject, keyOf } from './object.ts';
import { compareResourceVersions } from './resource-version.ts';
import type { CacheChange } from './watch-machine.ts';

/** Something that changed in the cluster, by somebody else than us. */
export interface CacheEvent<T> {
  /** The object as it is now, or as it was last when it is gone. */
  readonly object: T;
  readonly deleted: boolean;
  /** Part of the first list: it was there before we came. */
  readonly initial: boolean;
}

export interface CacheOptions<T extends KubeObject> {
  /** Keeps of an object what is needed; what it drops is neither stored nor a change. */
  readonly prune: (object: KubeObject) => T;
  /** Further index: objects are found by what this returns. */
  readonly indexBy?: (object: T) => string | undefined;
  readonly onEvent: (event: CacheEvent<T>) => void;
}

/**
 * The objects of one kind as the API server has them, seen through a watch.
 *
 * Guarantees: what we wrote is visible at once ({@link overlay}, {@link forget}) and never replaced by an older state that
 * the watch still has to get through; the watch's echo of our own write is no event, and neither is an update that changes
 * nothing of what we keep; a replacement reports what vanished while nobody was watching.
 *
 * Assumes resource versions of one kind are ordered; see {@link compareResourceVersions}.
 */
export class Cache<T extends KubeObject> {
  readonly #options: CacheOptions<T>;
  readonly #objects = new Map<string, T>();
  readonly #byOwner = new Index<T>((object) => controllerOf(object)?.uid);
  readonly #byIndex: Index<T> | undefined;
  /** Our own writes that the watch has not shown yet: resource version by key. */
  readonly #overlaid = new Map<string, string>();
  /** What we deleted and the watch still may show: uid by key. */
  readonly #forgotten = new Map<string, string>();
  /** Keys that the running replacement has brought; undefined when none is running. */
  #replacing: Set<string> | undefined;
  #synced = false;

  constructor(options: CacheOptions<T>) {
    this.#options = options;
    this.#byIndex = options.indexBy && new Index<T>(options.indexBy);
  }

  /** Whether the first list is complete. */
  get synced(): boolean {
    return this.#synced;
  }

  get size(): number {
    return this.#objects.size;
  }

  /** Number of our own writes that the watch has yet to show. */
  get unconfirmed(): number {
    return this.#overlaid.size + this.#forgotten.size;
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

  /** Objects that the owner with this uid controls. */
  ownedBy(uid: string): T[] {
    return this.#byOwner.get(uid);
  }

  /** Objects for which `indexBy` returns this. */
  indexedBy(value: string): T[] {
    return this.#byIndex?.get(value) ?? [];
  }

  /** Puts in what a write of ours was answered with, ahead of the watch. */
  overlay(answer: KubeObject): T {
    const object = this.#options.prune(answer);
    const key = keyOf(object);
    const known = this.#objects.get(key);
    if (known !== undefined && sameObject(known, object) && isOlderOrEqual(object, known)) return known;
    this.#overlaid.set(key, object.metadata.resourceVersion ?? '');
    this.#forgotten.delete(key);
    this.#put(key, object);
    return object;
  }

  /** Takes out what we deleted, ahead of the watch. */
  forget(object: T): void {
    const key = keyOf(object);
    if (!this.#objects.has(key)) return;
    this.#forgotten.set(key, object.metadata.uid ?? '');
    this.#overlaid.delete(key);
    this.#remove(key);
  }

  /** Takes in what the watch says. */
  accept(change: CacheChange): void {
    switch (change.type) {
      case 'ReplaceStarted':
        this.#replacing = new Set();
        return;
      case 'Upsert':
        this.#upsert(this.#options.prune(change.object));
        return;
      case 'Delete':
        this.#delete(this.#options.prune(change.object));
        return;
      case 'ReplaceEnded':
        this.#endReplacement(change.resourceVersion);
    }
  }

  #upsert(object: T): void {
    const key = keyOf(object);
    this.#replacing?.add(key);
    if (this.#forgotten.get(key) === object.metadata.uid) return;
    this.#forgotten.delete(key);

    const known = this.#objects.get(key);
    const overlaid = this.#overlaid.get(key);
    if (overlaid !== undefined) {
      const order = compareResourceVersions(object.metadata.resourceVersion ?? '', overlaid);
      if (order < 0) return;
      this.#overlaid.delete(key);
      if (order === 0) return;
    }
    if (known !== undefined && sameObject(known, object) && isOlderOrEqual(object, known)) return;
    this.#put(key, object);
    if (known !== undefined && sameObject(known, object) && sameContent(known, object)) return;
    this.#options.onEvent({ object, deleted: false, initial: !this.#synced });
  }

  #delete(object: T): void {
    const key = keyOf(object);
    if (this.#forgotten.get(key) === object.metadata.uid) {
      this.#forgotten.delete(key);
      return;
    }
    const known = this.#objects.get(key);
    if (known === undefined || !sameObject(known, object)) return;
    this.#overlaid.delete(key);
    this.#remove(key);
    this.#options.onEvent({ object, deleted: true, initial: false });
  }

  #endReplacement(resourceVersion: string): void {
    const listed = this.#replacing ?? new Set();
    this.#replacing = undefined;
    for (const [key, object] of this.#objects) {
      if (listed.has(key)) continue;
      const overlaid = this.#overlaid.get(key);
      if (overlaid !== undefined && compareResourceVersions(overlaid, resourceVersion) > 0) continue;
      this.#overlaid.delete(key);
      this.#remove(key);
      this.#options.onEvent({ object, deleted: true, initial: false });
    }
    for (const key of this.#forgotten.keys()) if (!listed.has(key)) this.#forgotten.delete(key);
    this.#synced = true;
  }

  #put(key: string, object: T): void {
    const known = this.#objects.get(key);
    this.#objects.set(key, object);
    this.#byOwner.replace(key, known, object);
    this.#byIndex?.replace(key, known, object);
  }

  #remove(key: string): void {
    const known = this.#objects.get(key);
    this.#objects.delete(key);
    this.#byOwner.replace(key, known, undefined);
    this.#byIndex?.replace(key, known, undefined);
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

/** Not a successor of the same name. */
function sameObject(a: KubeObject, b: KubeObject): boolean {
  return a.metadata.uid === b.metadata.uid;
}

function isOlderOrEqual(a: KubeObject, b: KubeObject): boolean {
  return compareResourceVersions(a.metadata.resourceVersion ?? '', b.metadata.resourceVersion ?? '') <= 0;
}

/** Whether two states of an object differ in nothing but the bookkeeping of the API server. */
function sameContent(a: KubeObject, b: KubeObject): boolean {
  const { resourceVersion: _, ...left } = a.metadata;
  const { resourceVersion: __, ...right } = b.metadata;
  return deepEqual({ ...a, metadata: left }, { ...b, metadata: right });
}
