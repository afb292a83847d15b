import { splitKey } from '../kube/object.ts';
import { Controller } from './controller.ts';
import type { Kind } from './kind.ts';
import type { Logger } from './logger.ts';
import type { Metrics } from './metrics.ts';

export interface RunKindOptions {
  readonly workers: number;
  /** Every object is looked at again this often, in milliseconds, in case something was missed. */
  readonly resyncMs: number;
  readonly metrics: Metrics;
  readonly log: Logger;
  readonly newId: () => string;
  /** Resolves when this process may write: until then caches are filled and changes queued, and nothing is reconciled. */
  readonly leading: Promise<void>;
}

/**
 * Runs one kind: fills its caches, waits until this process leads, then works on its queue until `signal`, and ends once the passes that go on have ended.
 */
export async function runKind(kind: Kind, options: RunKindOptions, signal: AbortSignal): Promise<void> {
  const { workers, resyncMs, metrics, log, newId, leading } = options;
  const { queue, objects } = kind;
  const name = kind.kind.toLowerCase();
  const watching = Promise.all(kind.informers.map((informer) => informer.run(signal)));
  await Promise.race([Promise.all(kind.informers.map((informer) => informer.synced())), watching]);
  if (!signal.aborted) log.info({ kind: kind.kind, objects: [...objects.keys()].length }, `Watching ${kind.kind}s`);
  await Promise.race([leading, watching]);

  const resync = setInterval(() => {
    for (const key of objects.keys()) queue.add(key, 'Backlog');
  }, resyncMs);
  const stop = () => queue.close();
  signal.addEventListener('abort', stop);
  if (signal.aborted) stop();
  const controller = new Controller({
    name,
    queue,
    workers,
    reconcile: kind.reconcile,
    logFor: (key, id) => {
      const { namespace, name: object } = splitKey(key);
      const generation = objects.get(key)?.metadata.generation;
      return log.child({ kind: kind.kind, namespace, name: object, generation, reconcile: id });
    },
    metrics: metrics.controllerMetrics(name, workers),
    newId,
  });
  await controller.run();
  clearInterval(resync);
  kind.close();
  await watching;
}
