import type { ResourceType } from '../kube/resource-type.ts';
import type { Reconcile } from './reconcile.ts';
import type { WorkQueue } from './work-queue.ts';

/** Brings the objects of one kind to what their specs ask for; made by {@link controller}, run by {@link runManager}. */
export interface Controller {
  readonly kind: string;
  /** Keys of objects to reconcile. */
  readonly queue: WorkQueue;
  /** Every cache that must be complete before the first reconcile. */
  readonly informers: readonly ControllerInformer[];
  /** The objects of the kind. */
  readonly objects: {
    keys(): Iterable<string>;
    get(key: string): { readonly metadata: { readonly generation?: number } } | undefined;
  };
  readonly reconcile: Reconcile;
  /** Ends work in the background, after the last reconcile. */
  readonly close: () => void;
}

export interface ControllerInformer {
  readonly type: ResourceType;
  readonly cache: { readonly size: number };
  /** Whether the cache is complete. */
  readonly isSynced: boolean;
  /** Why it is not, as far as that is known. */
  readonly failure: string | undefined;
  synced(): Promise<void>;
  run(signal: AbortSignal): Promise<void>;
}
