import type { Logger } from './logger.ts';
import type { ReconcileResult } from './reconcile-result.ts';

/**
 * Brings the world to what the key's object asks for. Throws when it could not and trying again makes sense.
 *
 * @param log adds the object's kind, namespace, name and generation, and an id of this reconcile, to every line
 */
export type Reconcile = (key: string, log: Logger) => Promise<ReconcileResult>;
