import { splitKey } from '../kube/object.ts';
import type { Controller } from './controller.ts';
import type { Logger } from './logger.ts';
import type { Metrics } from './metrics.ts';
import { WorkerPool } from './worker-pool.ts';

export interface ManagerOptions {
  /** Of each controller. */
  readonly workers: number;
  /** Every object is reconciled again this often, in milliseconds, in case a change was missed. */
  readonly resyncMs: number;
  readonly metrics: Metrics;
  readonly log: Logger;
  readonly newId: () => string;
  /** Resolves when this process leads. Until then caches are filled and keys queued, and nothing is reconciled. */
  readonly leading: Promise<void>;
}

/**
 * Runs controllers side by side: each fills its caches, waits until this process leads, then reconciles until `signal` ends
 * it. Resolves once the last reconcile has ended.
 */
export async function runManager(
  controllers: readonly Controller[],
  options: ManagerOptions,
  signal: AbortSignal,
): Promise<void> {
  await Promise.all(controllers.map((controller) => runController(controller, options, signal)));
}

async function runController(controller: Controller, options: ManagerOptions, signal: AbortSignal): Promise<void> {
  const { workers, resyncMs, metrics, log, newId, leading } = options;
  const { kind, queue, objects, informers } = controller;
  const name = kind.toLowerCase();
  const watching = Promise.all(informers.map((informer) => informer.run(signal)));
  await Promise.race([Promise.all(informers.map((informer) => informer.synced())), watching]);
  if (!signal.aborted) log.info({ kind, objects: [...objects.keys()].length }, `Watching ${kind}s`);
  await Promise.race([leading, watching]);

  const resync = setInterval(() => {
    for (const key of objects.keys()) queue.add(key, 'Low');
  }, resyncMs);
  const stop = () => queue.close();
  signal.addEventListener('abort', stop);
  if (signal.aborted) stop();
  const pool = new WorkerPool({
    queue,
    workers,
    reconcile: controller.reconcile,
    logFor: (key, id) => {
      const { namespace, name: object } = splitKey(key);
      const generation = objects.get(key)?.metadata.generation;
      return log.child({ kind, namespace, name: object, generation, reconcile: id });
    },
    metrics: metrics.controllerMetrics(name, workers),
    newId,
  });
  await pool.run();
  clearInterval(resync);
  controller.close();
  await watching;
}
