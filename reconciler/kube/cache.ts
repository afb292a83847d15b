import { isOlderOrEqual, sameContent, sameObject, sameVersion } from './compare-objects.ts';
import { type KubeObject, keyOf } from './object.ts';
import { type MemoryBound, ObjectStore } from './object-store.ts';
import { compareResourceVersions } from './resource-version.ts';
import type { Delta } from './watch-machine.ts';

/** A change by somebody else than us. */
export interface CacheEvent<T> {
  /** The object as it is now; once deleted, as it was last. */
  readonly object: T;
  /**
   * The object before the change, which may have had another uid. Undefined: there was none. What we wrote ourselves in the
   * meantime is not in it until the watch has shown it.
   */
  readonly old: T | undefined;
  readonly deleted: boolean;
  /** Whether the object is part of the first list: it was there before we came. */
  readonly isInInitialList: boolean;
}

export interface CacheOptions<T extends KubeObject> {
  /** Reduces an object to what is needed; what it drops is neither stored nor a change. */
  readonly transform: (object: KubeObject) => T;
  /** Bounds what large objects of a namespace take; `reduce` makes the part of one that is kept when there is no room. @default no bound */
  readonly bound?: MemoryBound<T>;
  /** Further index: objects are found by what this returns. */
  readonly indexBy?: (object: T) => string | undefined;
  readonly onEvent: (event: CacheEvent<T>) => void;
  /** The namespaces that its objects are of, each listed by itself. @default all, in one list */
  readonly namespaces?: readonly string[] | undefined;
  /** Called for an object that `transform` or `indexBy` throws on. @default none */
  readonly onUnreadable?: (key: string, error: unknown) => void;
}

/** In place of a namespace: all of them, and what has none. */
const ALL = '';

type ObjectDelta = Extract<Delta, { readonly object: KubeObject }>;

/**
 * The objects of one kind as the API server has them, seen through a watch.
 *
 * Guarantees: what we wrote ({@link write}, {@link delete}) is visible as soon as it is answered and never replaced by an
 * older state that the watch still has to get through; the watch's echo of our own write is no event, even if it arrives
 * before the answer, and neither is an update that changes nothing of what we keep; a replacement reports what vanished
 * while nobody was watching; an object that cannot be read is left as it was known, and holds up no other.
 *
 * Assumes resource versions of one kind are ordered ({@link compareResourceVersions}), and one write of an object at a time.
 */
export class Cache<T extends KubeObject> {
  readonly #options: CacheOptions<T>;
  readonly #objects: ObjectStore<T>;
  /** Our own writes that the watch has not shown yet: resource versions by key, in order. */
  readonly #assumed = new Map<string, string[]>();
  /** Objects as they were before our first write that the watch has not shown yet. */
  readonly #beforeWrites = new Map<string, T>();
  /** What we deleted and the watch still may show: uid by key. */
  readonly #assumedDeleted = new Map<string, string>();
  /** What the watch said about objects while a write of ours was in flight. */
  readonly #deferred = new Map<string, ObjectDelta[]>();
  /** Keys that running replacements have brought, by what is listed: a namespace, or ALL. */
  readonly #replacing = new Map<string, Set<string>>();
  /** What has not been listed yet. */
  readonly #unlisted: Set<string>;

  constructor(options: CacheOptions<T>) {
    this.#options = options;
    const { bound, indexBy, namespaces } = options;
    this.#unlisted = new Set(namespaces ?? [ALL]);
    this.#objects = new ObjectStore<T>(bound, (object) => indexBy && this.#tryRead(object, indexBy));
  }

  /** Whether the first list is complete, of every namespace. */
  get synced(): boolean {
    return this.#unlisted.size === 0;
  }

  get size(): number {
    return this.#objects.size;
  }

  /** Number of our own writes that the watch has yet to show, in one namespace or in all. */
  expectations(namespace?: string): number {
    if (namespace === undefined) return this.#assumed.size + this.#assumedDeleted.size;
    const keys = [...this.#assumed.keys(), ...this.#assumedDeleted.keys()];
    return keys.filter((key) => isIn(key, namespace)).length;
  }

  /** Stops expecting that the watch shows our own writes. Once it shows what they led to, that may be an event. */
  clearExpectations(): void {
    this.#assumed.clear();
    this.#assumedDeleted.clear();
  }

  get(key: string): T | undefined {
    return this.#objects.get(key);
  }

  keys(): IterableIterator<string> {
    return this.#objects.keys();
  }

  /** Whether only a part of this object is kept. */
  isPartial(key: string): boolean {
    return this.#objects.isPartial(key);
  }

  /**
   * Puts in all of an object of which only a part was kept, if there is room for it now. Another version of it is left to the
   * watch.
   *
   * @param answer of the API server
   * @returns the object as it is cached now
   */
  complete(answer: KubeObject): T {
    const key = keyOf(answer);
    const known = this.#objects.get(key);
    const isSame = known !== undefined && sameObject(known, answer) && sameVersion(known, answer);
    return isSame && this.isPartial(key)
      ? this.#objects.set(key, this.#options.transform(answer))
      : (known ?? this.#options.transform(answer));
  }

  values(): IterableIterator<T> {
    return this.#objects.values();
  }

  /** Objects that the owner with this uid controls. */
  ownedBy(uid: string): T[] {
    return this.#objects.ownedBy(uid);
  }

  /** Objects for which `indexBy` returns this. */
  indexedBy(value: string): T[] {
    return this.#objects.indexedBy(value);
  }

  /**
   * Sends a write of the object with this key and stores the response.
   *
   * What the watch says about the object meanwhile waits for the response: it may be this very write.
   *
   * @returns the object as it is cached now
   */
  async write(key: string, request: () => Promise<KubeObject>): Promise<T> {
    const release = this.#defer(key);
    try {
      return this.assume(await request());
    } finally {
      release();
    }
  }

  /** Sends the deletion of an object and removes it once that is answered. */
  async delete(object: T, request: () => Promise<void>): Promise<void> {
    const release = this.#defer(keyOf(object));
    try {
      await request();
      this.assumeDeleted(object);
    } finally {
      release();
    }
  }

  /** Stores an object that the API server has just returned, ahead of the watch. */
  assume(answer: KubeObject): T {
    const object = this.#options.transform(answer);
    const key = keyOf(object);
    const known = this.#objects.get(key);
    if (known !== undefined && sameObject(known, object) && isOlderOrEqual(object, known)) return known;
    if (known !== undefined && !this.#beforeWrites.has(key)) this.#beforeWrites.set(key, known);
    this.#assumed.set(key, [...(this.#assumed.get(key) ?? []), object.metadata.resourceVersion ?? '']);
    this.#assumedDeleted.delete(key);
    return this.#objects.set(key, object);
  }

  /** Removes an object that is known to be deleted, ahead of the watch. */
  assumeDeleted(object: T): void {
    const key = keyOf(object);
    if (this.#objects.get(key)?.metadata.uid !== object.metadata.uid) return;
    this.#assumedDeleted.set(key, object.metadata.uid ?? '');
    this.#confirm(key);
    this.#objects.delete(key);
  }

  /**
   * Handles a change from the watch.
   *
   * @param namespace of the watch; undefined: it is of all
   */
  handleDelta(delta: Delta, namespace = ALL): void {
    switch (delta.type) {
      case 'ReplaceStarted':
        this.#replacing.set(namespace, new Set());
        return;
      case 'ReplaceEnded':
        this.#endReplacement(namespace, delta.resourceVersion);
        return;
      default: {
        const key = keyOf(delta.object);
        if (delta.type === 'Upsert') this.#replacing.get(namespace)?.add(key);
        const deferred = this.#deferred.get(key);
        if (deferred === undefined) this.#apply(delta);
        else deferred.push(delta);
      }
    }
  }

  #apply({ type, object }: ObjectDelta): void {
    const transformed = this.#tryRead(object, this.#options.transform);
    if (type === 'Delete') this.#applyDelete(transformed ?? object);
    else if (transformed !== undefined) this.#applyUpsert(transformed);
  }

  /** What `read` makes of an object; undefined when it throws. Anybody may have written the object. */
  #tryRead<O extends KubeObject, R>(object: O, read: (object: O) => R): R | undefined {
    try {
      return read(object);
    } catch (error) {
      this.#options.onUnreadable?.(keyOf(object), error);
      return undefined;
    }
  }

  /** Lets changes of a key wait until the returned function is called. */
  #defer(key: string): () => void {
    const deltas: ObjectDelta[] = [];
    this.#deferred.set(key, deltas);
    return () => {
      this.#deferred.delete(key);
      for (const delta of deltas) this.#apply(delta);
    };
  }

  #applyUpsert(object: T): void {
    const key = keyOf(object);
    if (this.#assumedDeleted.get(key) === object.metadata.uid) return;
    this.#assumedDeleted.delete(key);

    const known = this.#objects.get(key);
    if (known !== undefined) {
      if (sameObject(known, object) && this.#assumed.has(key)) {
        this.#applyBehindAssumed(key, object, known);
        return;
      }
      if (isOlderOrEqual(object, known)) {
        this.#catchUp(key, object, known);
        return;
      }
    }
    const old = this.#beforeWrites.get(key) ?? known;
    this.#confirm(key);
    const kept = this.#objects.set(key, object);
    if (known !== undefined && sameObject(known, kept) && sameContent(known, kept)) return;
    this.#options.onEvent({ object: kept, old, deleted: false, isInInitialList: !this.synced });
  }

  /**
   * The watch catches up with writes of ours. What it shows that we did not write, somebody else did; an answer to us may
   * have brought it already, but no handler has been called.
   */
  #applyBehindAssumed(key: string, object: T, known: T): void {
    const version = object.metadata.resourceVersion ?? '';
    const own = this.#assumed.get(key) ?? [];
    const ahead = own.filter((written) => compareResourceVersions(written, version) > 0);
    const old = this.#beforeWrites.get(key);
    if (ahead.length > 0) this.#assumed.set(key, ahead);
    else this.#confirm(key);
    const isNewest = compareResourceVersions(version, known.metadata.resourceVersion ?? '') > 0;
    const current = isNewest ? this.#objects.set(key, object) : known;
    // A list shows only the last state: what was in between cannot be distinguished from our own.
    if (own.includes(version) && !this.#isReplacing(key)) return;
    if (ahead.length > 0) this.#beforeWrites.set(key, current);
    this.#options.onEvent({ object: current, old, deleted: false, isInInitialList: false });
  }

  /**
   * The watch shows what we know already. If it is the answer to a write that it died before showing, somebody else's change may be
   * in it, of which no handler has been called.
   */
  #catchUp(key: string, object: T, known: T): void {
    const old = this.#beforeWrites.get(key);
    if (old === undefined || !sameObject(known, object) || !sameVersion(known, object)) return;
    this.#confirm(key);
    if (sameObject(old, known) && sameContent(old, known)) return;
    this.#options.onEvent({ object: known, old, deleted: false, isInInitialList: false });
  }

  /** @param object may be one that could not be read */
  #applyDelete(object: KubeObject): void {
    const key = keyOf(object);
    if (this.#assumedDeleted.get(key) === object.metadata.uid) {
      this.#assumedDeleted.delete(key);
      return;
    }
    const known = this.#objects.get(key);
    if (known === undefined || !sameObject(known, object)) return;
    this.#drop(key, known);
  }

  #isReplacing(key: string): boolean {
    return [...this.#replacing.keys()].some((namespace) => isIn(key, namespace));
  }

  #endReplacement(namespace: string, resourceVersion: string): void {
    const listed = this.#replacing.get(namespace) ?? new Set();
    this.#replacing.delete(namespace);
    for (const [key, object] of this.#objects.entries()) {
      if (!isIn(key, namespace) || listed.has(key) || this.#deferred.has(key)) continue;
      const assumed = this.#assumed.get(key)?.at(-1);
      if (assumed !== undefined && compareResourceVersions(assumed, resourceVersion) > 0) continue;
      this.#drop(key, object);
    }
    for (const key of this.#assumedDeleted.keys()) {
      if (isIn(key, namespace) && !listed.has(key)) this.#assumedDeleted.delete(key);
    }
    this.#unlisted.delete(namespace);
  }

  /** The object is gone, by somebody else. */
  #drop(key: string, object: T): void {
    const old = this.#beforeWrites.get(key) ?? object;
    this.#confirm(key);
    this.#objects.delete(key);
    this.#options.onEvent({ object, old, deleted: true, isInInitialList: false });
  }

  /** The watch has shown every write of ours of this key. */
  #confirm(key: string): void {
    this.#assumed.delete(key);
    this.#beforeWrites.delete(key);
  }
}

function isIn(key: string, namespace: string): boolean {
  return namespace === ALL || key.startsWith(`${namespace}/`);
}
