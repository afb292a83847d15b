/** When to reconcile again. A reconcile that throws is retried after its backoff. */
export type ReconcileResult =
  /** When something changes. */
  | { readonly type: 'Done' }
  /** As soon as the queue has served everything before it: to do a large piece of work in parts. */
  | { readonly type: 'Requeue' }
  /** After this time, even if nothing changes. */
  | { readonly type: 'RequeueAfter'; readonly ms: number }
  /**
   * After the key's backoff, which doubles each time (the API server rejected something), or earlier if something else
   * is due.
   */
  | { readonly type: 'RequeueRateLimited'; readonly atMostMs?: number };

export const DONE: ReconcileResult = { type: 'Done' };
