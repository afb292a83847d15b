import { setImmediate } from 'node:timers/promises';
import { ApiStatusError, isConflict, KubeError } from '../kube/errors.ts';
import type { Logger } from './logger.ts';
import type { ControllerMetrics } from './metrics.ts';
import type { Reconcile } from './reconcile.ts';
import type { ReconcileResult } from './reconcile-result.ts';
import type { WorkQueue } from './work-queue.ts';

export interface WorkerPoolOptions {
  readonly queue: WorkQueue;
  readonly workers: number;
  readonly reconcile: Reconcile;
  /** Logger of one reconcile, with the object's kind, namespace, name, generation and the id. */
  readonly logFor: (key: string, id: string) => Logger;
  readonly metrics: ControllerMetrics;
  readonly newId: () => string;
}

/**
 * Reconciles the keys of a queue with a bounded number of workers.
 *
 * Guarantees: a reconcile that fails stops no worker and delays no other key by more than its own time; it is always retried.
 */
export class WorkerPool {
  readonly #options: WorkerPoolOptions;

  constructor(options: WorkerPoolOptions) {
    this.#options = options;
  }

  /** Runs until the queue is closed and every active reconcile has ended. */
  async run(): Promise<void> {
    await Promise.all(Array.from({ length: this.#options.workers }, () => this.#work()));
  }

  async #work(): Promise<void> {
    const { queue } = this.#options;
    for (let key = await queue.get(); key !== undefined; key = await queue.get()) {
      await this.#reconcile(key);
      queue.done(key);
      // A reconcile with nothing to do never yields: thousands in a row would starve probes and watches.
      await setImmediate();
    }
  }

  async #reconcile(key: string): Promise<void> {
    const { metrics, reconcile, newId } = this.#options;
    const id = newId();
    const log = this.#options.logFor(key, id);
    metrics.onStart(id);
    let result: string;
    try {
      result = this.#handleResult(key, await reconcile(key, log));
    } catch (error) {
      result = this.#handleError(key, error, log);
    }
    metrics.onEnd(id, result);
    log.debug({ result }, 'Reconciled');
  }

  #handleResult(key: string, result: ReconcileResult): string {
    const { queue } = this.#options;
    switch (result.type) {
      case 'Done':
        queue.forget(key);
        return 'success';
      case 'Requeue':
        queue.forget(key);
        queue.requeue(key);
        return 'requeue';
      case 'RequeueAfter':
        queue.forget(key);
        queue.addAfter(key, result.ms);
        return 'requeue_after';
      case 'RequeueRateLimited':
        queue.addRateLimited(key);
        if (result.atMostMs !== undefined) queue.addAfter(key, result.atMostMs);
        return 'requeue';
    }
  }

  #handleError(key: string, error: unknown, log: Logger): string {
    const retryAfterMs = error instanceof ApiStatusError ? error.retryAfterMs : undefined;
    const inMs = Math.round(this.#options.queue.addRateLimited(key, retryAfterMs));
    // Somebody changed the object in the meantime; the next reconcile sees it. Conflicts are expected.
    if (isConflict(error)) {
      log.debug({ inMs }, `Conflict, retrying: ${(error as Error).message}`);
      return 'requeue';
    }
    if (error instanceof KubeError)
      log.warn({ inMs, code: error.code }, `Reconcile failed, retrying: ${error.message}`);
    else log.error({ inMs, err: error }, 'Reconcile failed, retrying');
    return 'error';
  }
}
