import type { Logger } from './logger.ts';
import type { ReconcileResult } from './reconcile-result.ts';

/** What one reconcile logs with, and under which id. */
export interface ReconcileContext {
  readonly id: string;
  readonly log: Logger;
}

/** Brings the world to what the key's object asks for. Throws when it could not and trying again makes sense. */
export type Reconcile = (key: string, context: ReconcileContext) => Promise<ReconcileResult>;
