import { deepEqual } from './deep-equal.ts';
import type { CacheMemory } from './namespace-memory.ts';
import { controllerOf, type KubeObject, keyOf } from './object.ts';
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
  readonly bound?: { readonly memory: CacheMemory; readonly reduce: (object: T) => T };
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

type ObjectChange = Extract<Delta, { readonly object: KubeObject }>;

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
  readonly #objects = new Map<string, T>();
  readonly #byOwner = new Index<T>((object) => controllerOf(object)?.uid);
  readonly #byIndex: Index<T> | undefined;
  /** Our own writes that the watch has not shown yet: resource versions by key, in order. */
  readonly #assumed = new Map<string, string[]>();
  /** Objects as they were before our first write that the watch has not shown yet. */
  readonly #beforeWrites = new Map<string, T>();
  /** What we deleted and the watch still may show: uid by key. */
  readonly #assumedDeleted = new Map<string, string>();
  /** What the watch said about objects while a write of ours was in flight. */
  readonly #deferred = new Map<string, ObjectChange[]>();
  /** Keys that running replacements have brought, by what is listed: a namespace, or ALL. */
  readonly #replacing = new Map<string, Set<string>>();
  /** What has not been listed yet. */
  readonly #unlisted: Set<string>;

  constructor(options: CacheOptions<T>) {
    this.#options = options;
    const { indexBy, namespaces } = options;
    this.#unlisted = new Set(namespaces ?? [ALL]);
    if (indexBy) this.#byIndex = new Index<T>((object) => this.#tryRead(object, indexBy));
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

  /** Stops expecting that the watch shows our own writes. */
  clearExpectations(): void {
    this.#assumed.clear();
    this.#beforeWrites.clear();
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
    return this.#options.bound?.memory.isPartial(key) ?? false;
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
      ? this.#put(key, this.#options.transform(answer))
      : (known ?? this.#options.transform(answer));
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
    if (known !== undefined && !this.#assumed.has(key)) this.#beforeWrites.set(key, known);
    this.#assumed.set(key, [...(this.#assumed.get(key) ?? []), object.metadata.resourceVersion ?? '']);
    this.#assumedDeleted.delete(key);
    return this.#put(key, object);
  }

  /** Removes an object that is known to be deleted, ahead of the watch. */
  assumeDeleted(object: T): void {
    const key = keyOf(object);
    if (this.#objects.get(key)?.metadata.uid !== object.metadata.uid) return;
    this.#assumedDeleted.set(key, object.metadata.uid ?? '');
    this.#confirm(key);
    this.#remove(key);
  }

  /**
   * Takes in what the watch says.
   *
   * @param namespace of the watch; undefined: it is of all
   */
  handleDelta(change: Delta, namespace = ALL): void {
    switch (change.type) {
      case 'ReplaceStarted':
        this.#replacing.set(namespace, new Set());
        return;
      case 'ReplaceEnded':
        this.#endReplacement(namespace, change.resourceVersion);
        return;
      default: {
        const key = keyOf(change.object);
        if (change.type === 'Upsert') this.#replacing.get(namespace)?.add(key);
        const deferred = this.#deferred.get(key);
        if (deferred === undefined) this.#apply(change);
        else deferred.push(change);
      }
    }
  }

  #apply({ type, object }: ObjectChange): void {
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
    const changes: ObjectChange[] = [];
    this.#deferred.set(key, changes);
    return () => {
      this.#deferred.delete(key);
      for (const change of changes) this.#apply(change);
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
      if (isOlderOrEqual(object, known)) return;
    }
    const old = this.#beforeWrites.get(key) ?? known;
    this.#confirm(key);
    const kept = this.#put(key, object);
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
    const current = isNewest ? this.#put(key, object) : known;
    // A list shows only the last state: what was in between cannot be distinguished from our own.
    if (own.includes(version) && !this.#isReplacing(key)) return;
    if (ahead.length > 0) this.#beforeWrites.set(key, current);
    this.#options.onEvent({ object: current, old, deleted: false, isInInitialList: false });
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
    for (const [key, object] of this.#objects) {
      if (!isIn(key, namespace) || listed.has(key) || this.#deferred.has(key)) continue;
      const overlaid = this.#assumed.get(key)?.at(-1);
      if (overlaid !== undefined && compareResourceVersions(overlaid, resourceVersion) > 0) continue;
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
    this.#remove(key);
    this.#options.onEvent({ object, old, deleted: true, isInInitialList: false });
  }

  /** The watch has shown every write of ours of this key. */
  #confirm(key: string): void {
    this.#assumed.delete(key);
    this.#beforeWrites.delete(key);
  }

  /** @returns what is kept of it */
  #put(key: string, object: T): T {
    const { bound } = this.#options;
    const hasRoom = bound?.memory.tryKeep(key, object.metadata.namespace, object) ?? true;
    const kept = hasRoom ? object : bound!.reduce(object);
    const known = this.#objects.get(key);
    this.#objects.set(key, kept);
    this.#byOwner.replace(key, known, kept);
    this.#byIndex?.replace(key, known, kept);
    return kept;
  }

  #remove(key: string): void {
    const known = this.#objects.get(key);
    this.#objects.delete(key);
    this.#options.bound?.memory.forget(key);
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

function isIn(key: string, namespace: string): boolean {
  return namespace === ALL || key.startsWith(`${namespace}/`);
}

function sameVersion(a: KubeObject, b: KubeObject): boolean {
  return a.metadata.resourceVersion === b.metadata.resourceVersion;
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
