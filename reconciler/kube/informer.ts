import { Cache, type CacheEvent } from './cache.ts';
import type { KubeClient, Selection } from './client.ts';
import type { KubeObject } from './object.ts';
import type { ResourceType } from './resource-type.ts';
import type { WatchState } from './watch-machine.ts';
import { runWatcher, type WatchTimers } from './watcher.ts';

/** What every informer of a process shares. */
export interface InformerContext {
  readonly client: KubeClient;
  readonly random: () => number;
  readonly timers: WatchTimers;
  readonly onWatchFailure: (type: ResourceType, error: unknown, state: WatchState) => void;
}

export interface InformerOptions<T extends KubeObject> {
  readonly type: ResourceType;
  readonly selection: Selection;
  readonly prune: (object: KubeObject) => T;
  readonly indexBy?: (object: T) => string | undefined;
  readonly onEvent: (event: CacheEvent<T>) => void;
}

/** A cache and the watch that keeps it. */
export class Informer<T extends KubeObject> {
  readonly type: ResourceType;
  readonly cache: Cache<T>;
  readonly #context: InformerContext;
  readonly #options: InformerOptions<T>;
  #announceSynced: () => void = () => {};
  readonly #synced = new Promise<void>((resolve) => {
    this.#announceSynced = resolve;
  });

  constructor(context: InformerContext, options: InformerOptions<T>) {
    this.#context = context;
    this.#options = options;
    this.type = options.type;
    this.cache = new Cache(options);
  }

  /** Resolves once the first list is in the cache. */
  synced(): Promise<void> {
    return this.#synced;
  }

  /** Runs until `signal` ends it. */
  run(signal: AbortSignal): Promise<void> {
    const { client, random, timers, onWatchFailure } = this.#context;
    const { type, selection } = this.#options;
    return runWatcher(
      {
        client,
        type,
        selection,
        random,
        timers,
        onChanges: (changes) => {
          for (const change of changes) this.cache.accept(change);
          if (this.cache.synced) this.#announceSynced();
        },
        onFailure: (error, state) => onWatchFailure(type, error, state),
      },
      signal,
    );
  }
}
