import { Cache, type CacheEvent } from './cache.ts';
import type { KubeClient, Selection } from './client.ts';
import { TimeoutError } from './errors.ts';
import type { NamespaceMemory } from './namespace-memory.ts';
import { type KubeObject, keyOf } from './object.ts';
import type { ResourceType } from './resource-type.ts';
import type { WatchState } from './watch-machine.ts';
import { runWatcher } from './watcher.ts';

/** How long watches live and may be silent. */
export interface WatchTimers {
  /** The API server ends a watch after about this long. */
  readonly timeoutSeconds: number;
  /** Without an event or a bookmark for this long, a watch counts as dead. */
  readonly silenceMs: number;
  /** The same, while it owes us a write of our own. */
  readonly echoMs: number;
}

/** What every informer of a process shares. */
export interface InformerContext {
  readonly client: KubeClient;
  readonly random: () => number;
  readonly timers: WatchTimers;
  /** Bounds what is kept of large objects. @default no bound */
  readonly memory?: NamespaceMemory;
  readonly onWatchFailure: (type: ResourceType, error: unknown, state: WatchState) => void;
  /** Something threw on one object. The others are not affected. */
  readonly onObjectFailure: (type: ResourceType, key: string, error: unknown) => void;
}

/** Which objects of a kind. */
export interface InformerSelection extends Omit<Selection, 'namespace'> {
  /** Each is listed and watched by itself, as who may not read all of them has to. @default all, at once */
  readonly namespaces?: readonly string[] | undefined;
}

export interface InformerOptions<T extends KubeObject> {
  readonly type: ResourceType;
  readonly selection: InformerSelection;
  readonly prune: (object: KubeObject) => T;
  readonly indexBy?: (object: T) => string | undefined;
  /** What is kept of a large object when its namespace has no room left. @default all of it, for what is small as transformed */
  readonly reduce?: (object: T) => T;
  /** @default nobody; see {@link Informer.listen} */
  readonly onEvent?: (event: CacheEvent<T>) => void;
}

/** A cache and the watch that keeps it. Several kinds may share one. */
export class Informer<T extends KubeObject> {
  readonly type: ResourceType;
  readonly cache: Cache<T>;
  readonly #context: InformerContext;
  readonly #options: InformerOptions<T>;
  readonly #listeners: ((event: CacheEvent<T>) => void)[] = [];
  #running: Promise<void> | undefined;
  #failure: string | undefined;
  #announceSynced: () => void = () => {};
  readonly #synced = new Promise<void>((resolve) => {
    this.#announceSynced = resolve;
  });

  constructor(context: InformerContext, options: InformerOptions<T>) {
    this.#context = context;
    this.#options = options;
    this.type = options.type;
    if (options.onEvent) this.#listeners.push(options.onEvent);
    const { reduce } = options;
    const memory = context.memory?.open();
    this.cache = new Cache({
      ...options,
      namespaces: options.selection.namespaces,
      ...(reduce && memory && { bound: { memory, reduce } }),
      onEvent: (event) => {
        for (const listener of this.#listeners) this.#notify(listener, event);
      },
      onUnreadable: (key, error) => context.onObjectFailure(options.type, key, error),
    });
  }

  /** Tells one more of what changes. Call it before {@link run}. */
  listen(listener: (event: CacheEvent<T>) => void): void {
    this.#listeners.push(listener);
  }

  /** Whether the cache has what there is. */
  get isSynced(): boolean {
    return this.cache.synced;
  }

  /** Why the cache does not have what there is: the last failure. Undefined when it does, or nothing has failed yet. */
  get failure(): string | undefined {
    return this.isSynced ? undefined : this.#failure;
  }

  /** Resolves once the first list is in the cache, of every namespace. */
  synced(): Promise<void> {
    return this.#synced;
  }

  /** Runs until `signal` ends it, once, however many ask. */
  run(signal: AbortSignal): Promise<void> {
    const { namespaces = [undefined] } = this.#options.selection;
    this.#running ??= Promise.all(namespaces.map((namespace) => this.#run(namespace, signal))).then(() => {});
    return this.#running;
  }

  #run(namespace: string | undefined, signal: AbortSignal): Promise<void> {
    const { client, random, timers } = this.#context;
    const { type, selection } = this.#options;
    const { labelSelector } = selection;
    return runWatcher(
      {
        client,
        type,
        selection: { ...(namespace !== undefined && { namespace }), ...(labelSelector && { labelSelector }) },
        random,
        timeoutSeconds: timers.timeoutSeconds,
        mayBeSilent: (ms) => ms < (this.cache.unconfirmed(namespace) > 0 ? timers.echoMs : timers.silenceMs),
        onChanges: (changes) => {
          for (const change of changes) this.cache.accept(change, namespace);
          if (this.cache.synced) this.#announceSynced();
        },
        onFailure: (error, state) => {
          // It had its time to show our writes. Expecting them for ever would end every watch after it as well.
          if (error instanceof TimeoutError) this.cache.stopExpecting();
          this.noteFailure(error, state);
        },
      },
      signal,
    );
  }

  /** Tells of a failure and remembers it as the reason for having no list. */
  protected noteFailure(error: unknown, state: WatchState): void {
    this.#failure = (error as Error).message;
    this.#context.onWatchFailure(this.type, error, state);
  }

  /** One listener's trouble with one object is nobody else's. */
  #notify(listener: (event: CacheEvent<T>) => void, event: CacheEvent<T>): void {
    try {
      listener(event);
    } catch (error) {
      this.#context.onObjectFailure(this.type, keyOf(event.object), error);
    }
  }
}
