import { setImmediate } from 'node:timers/promises';
import { ApiStatusError, isConflict, KubeError } from '../kube/errors.ts';
import type { Logger } from './logger.ts';
import type { ControllerMetrics } from './metrics.ts';
import type { Outcome } from './outcome.ts';
import type { Reconcile } from './reconcile.ts';
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
 * Takes keys from the queue with a bounded number of workers and does what each outcome asks for.
 *
 * Guarantees: one key's failure never stops a worker or delays another key by more than its pass; every failure comes back.
 */
export class WorkerPool {
  readonly #options: WorkerPoolOptions;

  constructor(options: WorkerPoolOptions) {
    this.#options = options;
  }

  /** Runs until the queue is closed and what was being worked on is done. */
  async run(): Promise<void> {
    await Promise.all(Array.from({ length: this.#options.workers }, () => this.#work()));
  }

  async #work(): Promise<void> {
    const { queue } = this.#options;
    for (let key = await queue.take(); key !== undefined; key = await queue.take()) {
      await this.#pass(key);
      queue.done(key);
      // A pass that finds nothing to do waits for nothing: thousands in a row would keep probes and watches from their turn.
      await setImmediate();
    }
  }

  async #pass(key: string): Promise<void> {
    const { metrics, reconcile, newId } = this.#options;
    const id = newId();
    const log = this.#options.logFor(key, id);
    metrics.onStart(id);
    let result: string;
    try {
      result = this.#obey(key, await reconcile(key, { id, log }));
    } catch (error) {
      result = this.#retry(key, error, log);
    }
    metrics.onEnd(id, result);
    log.debug({ result }, 'Reconciled');
  }

  #obey(key: string, outcome: Outcome): string {
    const { queue } = this.#options;
    switch (outcome.type) {
      case 'Settled':
        queue.forgive(key);
        return 'success';
      case 'Later':
        queue.forgive(key);
        queue.requeue(key);
        return 'requeue';
      case 'RequeueAfter':
        queue.forgive(key);
        queue.addAfter(key, outcome.ms);
        return 'requeue_after';
      case 'BackOff':
        queue.retry(key);
        if (outcome.atMostMs !== undefined) queue.addAfter(key, outcome.atMostMs);
        return 'requeue';
    }
  }

  #retry(key: string, error: unknown, log: Logger): string {
    const retryAfterMs = error instanceof ApiStatusError ? error.retryAfterMs : undefined;
    const inMs = Math.round(this.#options.queue.retry(key, retryAfterMs));
    // Somebody changed the object under our hands: the next pass sees it. That is how it is meant to work.
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
