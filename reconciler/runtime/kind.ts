import type { ResourceType } from '../kube/resource-type.ts';
import type { ReconcileContext } from './controller.ts';
import type { Outcome } from './outcome.ts';
import type { WorkQueue } from './work-queue.ts';

/** One kind that the operator looks after: what its folder gives to whoever runs it. */
export interface Kind {
  readonly kind: string;
  readonly queue: WorkQueue;
  /** Everything that has to be in the caches before the first pass. */
  readonly informers: readonly KindInformer[];
  /** The objects of the kind. */
  readonly objects: {
    keys(): Iterable<string>;
    get(key: string): { readonly metadata: { readonly generation?: number } } | undefined;
  };
  readonly reconcile: (key: string, pass: ReconcileContext) => Promise<Outcome>;
  /** Ends what goes on in the background. */
  readonly close: () => void;
}

export interface KindInformer {
  readonly type: ResourceType;
  readonly cache: { readonly size: number };
  /** Whether the cache has what there is. */
  readonly isSynced: boolean;
  /** Why it has not, as far as that is known. */
  readonly failure: string | undefined;
  synced(): Promise<void>;
  run(signal: AbortSignal): Promise<void>;
}
