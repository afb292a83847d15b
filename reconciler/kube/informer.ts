import { Cache, type CacheEvent } from './cache.ts';
import type { KubeClient, ListOptions } from './client.ts';
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
  /** The same, while it has not shown a write of our own yet. */
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
  /** An object could not be read or handled. Others are not affected. */
  readonly onObjectFailure: (type: ResourceType, key: string, error: unknown) => void;
}

/** Which objects of a kind. */
export interface InformerListOptions extends Omit<ListOptions, 'namespace'> {
  /** Each is listed and watched by itself, as who may not read all of them has to. @default all, at once */
  readonly namespaces?: readonly string[] | undefined;
}

export interface InformerOptions<T extends KubeObject> {
  readonly type: ResourceType;
  readonly listOptions: InformerListOptions;
  readonly transform: (object: KubeObject) => T;
  readonly indexBy?: (object: T) => string | undefined;
  /** What is kept of a large object when its namespace has no room left. @default all of it, for what is small as transformed */
  readonly reduce?: (object: T) => T;
  /** @default none; see {@link Informer.addEventHandler} */
  readonly onEvent?: (event: CacheEvent<T>) => void;
}

/** A cache and the watch that keeps it. Several kinds may share one. */
export class Informer<T extends KubeObject> {
  readonly type: ResourceType;
  readonly cache: Cache<T>;
  readonly #context: InformerContext;
  readonly #options: InformerOptions<T>;
  readonly #handlers: ((event: CacheEvent<T>) => void)[] = [];
  #running: Promise<void> | undefined;
  #failure: string | undefined;
  #resolveSynced: () => void = () => {};
  readonly #synced = new Promise<void>((resolve) => {
    this.#resolveSynced = resolve;
  });

  constructor(context: InformerContext, options: InformerOptions<T>) {
    this.#context = context;
    this.#options = options;
    this.type = options.type;
    if (options.onEvent) this.#handlers.push(options.onEvent);
    const { reduce } = options;
    const memory = context.memory?.open();
    this.cache = new Cache({
      ...options,
      namespaces: options.listOptions.namespaces,
      ...(reduce && memory && { bound: { memory, reduce } }),
      onEvent: (event) => {
        for (const handler of this.#handlers) this.#notify(handler, event);
      },
      onUnreadable: (key, error) => context.onObjectFailure(options.type, key, error),
    });
  }

  /** Adds a handler of events. Call it before {@link run}. */
  addEventHandler(handler: (event: CacheEvent<T>) => void): void {
    this.#handlers.push(handler);
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
    const { namespaces = [undefined] } = this.#options.listOptions;
    this.#running ??= Promise.all(namespaces.map((namespace) => this.#run(namespace, signal))).then(() => {});
    return this.#running;
  }

  #run(namespace: string | undefined, signal: AbortSignal): Promise<void> {
    const { client, random, timers } = this.#context;
    const { type, listOptions } = this.#options;
    const { labelSelector } = listOptions;
    return runWatcher(
      {
        client,
        type,
        listOptions: { ...(namespace !== undefined && { namespace }), ...(labelSelector && { labelSelector }) },
        random,
        now: () => performance.now(),
        timeoutSeconds: timers.timeoutSeconds,
        mayBeSilent: (ms) => ms < (this.cache.expectations(namespace) > 0 ? timers.echoMs : timers.silenceMs),
        onDeltas: (deltas) => {
          for (const delta of deltas) this.cache.handleDelta(delta, namespace);
          if (this.cache.synced) this.#resolveSynced();
        },
        onFailure: (error, state) => {
          // It did not show our writes in time. Expecting them any longer would end every later watch as well.
          if (error instanceof TimeoutError) this.cache.clearExpectations();
          this.noteFailure(error, state);
        },
      },
      signal,
    );
  }

  /** Reports a failure, and keeps it as the reason why the cache is not synced. */
  protected noteFailure(error: unknown, state: WatchState): void {
    this.#failure = (error as Error).message;
    this.#context.onWatchFailure(this.type, error, state);
  }

  /** A handler that throws affects no other handler or object. */
  #notify(handler: (event: CacheEvent<T>) => void, event: CacheEvent<T>): void {
    try {
      handler(event);
    } catch (error) {
      this.#context.onObjectFailure(this.type, keyOf(event.object), error);
    }
  }
}
