import type { CacheEvent } from '../kube/cache.ts';
import type { Informer } from '../kube/informer.ts';
import { controllerOf, type KubeObject, keyOf } from '../kube/object.ts';
import { apiVersionOf, type ResourceType } from '../kube/resource-type.ts';
import type { Controller, ControllerInformer } from './controller.ts';
import type { Predicate } from './predicates.ts';
import type { Reconcile } from './reconcile.ts';
import type { WorkQueue } from './work-queue.ts';

/** Keys of the objects to reconcile after an event. */
export type ToKeys<T extends KubeObject> = (event: CacheEvent<T>) => string | Iterable<string> | undefined;

export interface WatchOptions<T extends KubeObject> {
  /** Which events count. @default all */
  readonly predicate?: Predicate<T>;
  /** Which events leave a key that is queued already where it is, even among those of low priority. @default none */
  readonly addIfAbsent?: Predicate<T>;
}

export interface ControllerOptions<T extends KubeObject> extends WatchOptions<T> {
  readonly queue: WorkQueue;
  readonly reconcile: Reconcile;
  /** Ends work in the background, after the last reconcile. @default there is none */
  readonly close?: () => void;
}

/**
 * Begins a controller of the kind that `source` caches, after controller-runtime's builder. Every change of an object of
 * that kind reconciles it; what else does is added by {@link ControllerBuilder.owns} and {@link ControllerBuilder.watches}.
 *
 *     controller(groups, { queue, reconcile })
 *       .owns(services)
 *       .watches(nodes, ({ object }) => groupsOn(object), { predicate: not(isInInitialList) })
 *       .build();
 */
export function controller<T extends KubeObject>(
  source: Informer<T>,
  options: ControllerOptions<T>,
): ControllerBuilder<T> {
  return new ControllerBuilder(source, options);
}

/** One source's handlers run in the order in which they are added, before anything is reconciled. */
export class ControllerBuilder<T extends KubeObject> {
  readonly #source: Informer<T>;
  readonly #options: ControllerOptions<T>;
  readonly #informers = new Set<ControllerInformer>();

  constructor(source: Informer<T>, options: ControllerOptions<T>) {
    this.#source = source;
    this.#options = options;
    this.watches(source, ({ object }) => keyOf(object), options);
  }

  /** Changes of these objects reconcile the object that controls them. */
  owns<O extends KubeObject>(source: Informer<O>, options: WatchOptions<O> = {}): this {
    const toKey = ownerKey(this.#source.type);
    return this.watches(source, ({ object }) => toKey(object), options);
  }

  /** Changes of these objects reconcile the objects with the keys that `toKeys` returns. */
  watches<O extends KubeObject>(source: Informer<O>, toKeys: ToKeys<O>, options: WatchOptions<O> = {}): this {
    const { queue } = this.#options;
    return this.observes(source, (event) => {
      if (options.predicate && !options.predicate(event)) return;
      const keys = toKeys(event) ?? [];
      for (const key of typeof keys === 'string' ? [keys] : keys) {
        if (event.isInInitialList) queue.add(key, 'Low');
        else if (options.addIfAbsent?.(event)) queue.addIfAbsent(key);
        else queue.add(key);
      }
    });
  }

  /** Tells `handler` of changes of these objects; reconciles nothing. For what is derived from a cache. */
  observes<O extends KubeObject>(source: Informer<O>, handler: (event: CacheEvent<O>) => void): this {
    this.#informers.add(source);
    source.addEventHandler(handler);
    return this;
  }

  build(): Controller {
    const { queue, reconcile, close = () => {} } = this.#options;
    const { type, cache } = this.#source;
    return { kind: type.kind, queue, informers: [...this.#informers], objects: cache, reconcile, close };
  }
}

/** Key of the object of this kind that controls an object; undefined: none does. */
export function ownerKey(type: ResourceType): (object: KubeObject) => string | undefined {
  return (object) => {
    const owner = controllerOf(object);
    if (owner?.kind !== type.kind || owner.apiVersion !== apiVersionOf(type)) return undefined;
    return type.namespaced ? `${object.metadata.namespace}/${owner.name}` : owner.name;
  };
}
