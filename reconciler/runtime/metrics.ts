import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { type EventLoopDelay, watchEventLoop } from '../../server/process/event-loop-delay.ts';
import type { QueueObserver } from './work-queue.ts';

/** In seconds: from a millisecond to a minute and a half, as controller-runtime has them. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 90];

/** Told of each reconcile. */
export interface ControllerMetrics {
  readonly onStart: (id: string) => void;
  readonly onEnd: (id: string, result: string) => void;
}

/**
 * The operator's metrics under the names that dashboards for controller-runtime and client-go already know, and `rollcall_*`
 * for what only we have. Labelled by controller and resource, never by an object's name.
 */
export class Metrics {
  readonly registry = new Registry();
  readonly #now: () => number;
  /** Start times of active reconciles by id, by controller. */
  readonly #running = new Map<string, Map<string, number>>();

  /** @param now monotonic milliseconds */
  constructor(version: string, now: () => number) {
    this.#now = now;
    collectDefaultMetrics({ register: this.registry });
    // Gauges by the name of counters; the same without `_total` says more.
    for (const what of ['handles', 'requests', 'resources']) {
      this.registry.removeSingleMetric(`nodejs_active_${what}_total`);
    }
    replaceEventLoopLag(this.registry, watchEventLoop());
    this.#gauge('rollcall_build_info', 'Version of the operator, as a label. The value is always 1.', ['version']).set(
      { version },
      1,
    );
    this.#ageGauge('workqueue_unfinished_work_seconds', 'Total age of the active reconciles, in seconds.', (ages) =>
      ages.reduce((sum, age) => sum + age, 0),
    );
    this.#ageGauge(
      'workqueue_longest_running_processor_seconds',
      'Age of the longest-running reconcile, in seconds.',
      (ages) => Math.max(0, ...ages),
    );
  }

  readonly #restRequests = this.#counter('rest_client_requests_total', 'Number of requests to the API server.', [
    'code',
    'method',
  ]);
  readonly #watchFailures = this.#counter('rollcall_watch_failures_total', 'Number of failed lists and watches.', [
    'resource',
    'code',
  ]);
  readonly #objectFailures = this.#counter(
    'rollcall_unreadable_objects_total',
    'Number of changes ignored because the object could not be read.',
    ['resource'],
  );
  readonly #eventsDropped = this.#counter(
    'rollcall_events_dropped_total',
    'Number of Events that could not be written.',
  );
  readonly #leader = this.#gauge(
    'leader_election_master_status',
    '1 if this process is the leader, 0 if it is a standby.',
    ['name'],
  );
  readonly #renewals = this.#counter('rollcall_lease_renewals_total', 'Number of successful renewals of the Lease.');
  readonly #depth = this.#gauge('workqueue_depth', 'Number of keys in the queue.', ['name']);
  readonly #adds = this.#counter('workqueue_adds_total', 'Number of keys added to the queue.', ['name']);
  readonly #retries = this.#counter('workqueue_retries_total', 'Number of retries after a failure.', ['name']);
  readonly #queued = this.#histogram(
    'workqueue_queue_duration_seconds',
    'Time that keys wait in the queue, in seconds.',
    'name',
  );
  readonly #worked = this.#histogram('workqueue_work_duration_seconds', 'Time to process a key, in seconds.', 'name');
  readonly #reconciles = this.#counter('controller_runtime_reconcile_total', 'Number of reconciles by result.', [
    'controller',
    'result',
  ]);
  readonly #errors = this.#counter('controller_runtime_reconcile_errors_total', 'Number of failed reconciles.', [
    'controller',
  ]);
  readonly #time = this.#histogram(
    'controller_runtime_reconcile_time_seconds',
    'Duration of reconciles, in seconds.',
    'controller',
  );
  readonly #workers = this.#gauge(
    'controller_runtime_max_concurrent_reconciles',
    'Maximum number of concurrent reconciles.',
    ['controller'],
  );
  readonly #active = this.#gauge('controller_runtime_active_workers', 'Number of active reconciles.', ['controller']);

  /** @param code HTTP status, or `<error>` */
  onRequest(method: string, code: string): void {
    this.#restRequests.inc({ method, code });
  }

  onWatchFailure(resource: string, code: string): void {
    this.#watchFailures.inc({ resource, code });
  }

  onObjectFailure(resource: string): void {
    this.#objectFailures.inc({ resource });
  }

  onLeader(isLeader: boolean): void {
    this.#leader.set({ name: 'rollcall' }, isLeader ? 1 : 0);
  }

  onLeaseRenewed(): void {
    this.#renewals.inc();
  }

  onEventDropped(): void {
    this.#eventsDropped.inc();
  }

  /** Number of objects in the caches, read at every scrape; of several caches of one resource the sum. */
  watchCacheSize(caches: () => Iterable<{ readonly resource: string; readonly size: number }>): void {
    new Gauge({
      name: 'rollcall_cache_objects',
      help: 'Number of cached objects.',
      labelNames: ['resource'],
      registers: [this.registry],
      collect() {
        this.reset();
        for (const { resource, size } of caches()) this.inc({ resource }, size);
      },
    });
  }

  /** @param lost number of lines of the log that found no room, read at every scrape */
  watchLinesLost(lost: () => number): void {
    new Counter({
      name: 'rollcall_log_lines_lost_total',
      help: 'Number of log lines dropped because they were not read in time or the disk was full.',
      registers: [this.registry],
      collect() {
        this.reset();
        this.inc(lost());
      },
    });
  }

  queueObserver(name: string): QueueObserver {
    // Series that exist from the start can be alerted on.
    this.#retries.inc({ name }, 0);
    this.#depth.set({ name }, 0);
    return {
      onAdd: () => this.#adds.inc({ name }),
      onDepth: (depth) => this.#depth.set({ name }, depth),
      onGet: (waitedMs) => this.#queued.observe({ name }, waitedMs / 1_000),
      onRetry: () => this.#retries.inc({ name }),
    };
  }

  controllerMetrics(controller: string, workers: number): ControllerMetrics {
    const running = new Map<string, number>();
    this.#running.set(controller, running);
    this.#workers.set({ controller }, workers);
    this.#errors.inc({ controller }, 0);
    for (const result of ['success', 'requeue', 'requeue_after', 'error']) {
      this.#reconciles.inc({ controller, result }, 0);
    }
    return {
      onStart: (id) => {
        running.set(id, this.#now());
        this.#active.set({ controller }, running.size);
      },
      onEnd: (id, result) => {
        const seconds = (this.#now() - (running.get(id) ?? this.#now())) / 1_000;
        running.delete(id);
        this.#active.set({ controller }, running.size);
        this.#reconciles.inc({ controller, result });
        if (result === 'error') this.#errors.inc({ controller });
        this.#time.observe({ controller }, seconds);
        this.#worked.observe({ name: controller }, seconds);
      },
    };
  }

  #counter(name: string, help: string, labelNames: readonly string[] = []): Counter {
    return new Counter({ name, help, labelNames: [...labelNames], registers: [this.registry] });
  }

  #gauge(name: string, help: string, labelNames: readonly string[]): Gauge {
    return new Gauge({ name, help, labelNames: [...labelNames], registers: [this.registry] });
  }

  #histogram(name: string, help: string, labelName: string): Histogram {
    return new Histogram({ name, help, labelNames: [labelName], buckets: BUCKETS, registers: [this.registry] });
  }

  /** A gauge over the ages of the active reconciles, in seconds, computed at every scrape. */
  #ageGauge(name: string, help: string, value: (ages: readonly number[]) => number): void {
    const running = this.#running;
    const now = this.#now;
    new Gauge({
      name,
      help,
      labelNames: ['name'],
      registers: [this.registry],
      collect() {
        for (const [controller, reconciles] of running) {
          this.set({ name: controller }, value([...reconciles.values()].map((since) => (now() - since) / 1_000)));
        }
      },
    });
  }
}

/** prom-client's own start again at every scrape, so that a second scraper would see only what the first one left. */
function replaceEventLoopLag(registry: Registry, delay: EventLoopDelay): void {
  const values: Readonly<Record<string, () => number>> = {
    min: () => delay.min,
    max: () => delay.between(100),
    mean: () => delay.mean,
    stddev: () => delay.stddev,
    p50: () => delay.between(50),
    p90: () => delay.between(90),
    p99: () => delay.between(99),
  };
  registry.removeSingleMetric('nodejs_eventloop_lag_seconds');
  for (const [statistic, value] of Object.entries(values)) {
    const name = `nodejs_eventloop_lag_${statistic}_seconds`;
    registry.removeSingleMetric(name);
    new Gauge({
      name,
      help: `Event loop delay over the last one to two minutes, in seconds: ${statistic}.`,
      registers: [registry],
      collect() {
        this.set(value());
      },
    });
  }
}
