/** What a reconcile that did not throw ends with. */
export type Outcome =
  /** Nothing to do until something changes. */
  | { readonly type: 'Settled' }
  /** Come back behind everything that waits: what is left to do can wait, what others have asked for cannot. */
  | { readonly type: 'Later' }
  /** Come back at that time, whatever happens meanwhile. */
  | { readonly type: 'RequeueAfter'; readonly ms: number }
  /**
   * Expected to fail again if tried at once (the API server said no): come back after the key's backoff, or earlier, when
   * something else is due.
   */
  | { readonly type: 'BackOff'; readonly atMostMs?: number };

export const SETTLED: Outcome = { type: 'Settled' };
