import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { EndCause } from './plan/restart-policy.ts';
import type { ComputeJobObject } from './resource/compute-job-object.ts';

/** Metrics of ComputeJobs; names of objects are never labels. */
export interface JobMetrics {
  readonly onEnded: (cause: EndCause) => void;
  readonly onPass: (durationMs: number, waiting: number) => void;
}

const STATES = ['Pending', 'Running', 'Completed', 'Failed'] as const;

export function jobMetrics(registry: Registry, jobs: () => Iterable<ComputeJobObject>): JobMetrics {
  new Gauge({
    name: 'rollcall_compute_jobs',
    help: 'Number of ComputeJobs, by state.',
    labelNames: ['state'],
    registers: [registry],
    collect() {
      for (const state of STATES) this.set({ state }, 0);
      // Only these: values that an older, less strict schema accepted must not become labels.
      for (const { status } of jobs())
        this.inc({ state: STATES.find((state) => state === status?.state) ?? 'Pending' });
    },
  });
  const ended = new Counter({
    name: 'rollcall_gangs_ended_total',
    help: 'Number of attempts that ended before the job finished, by cause.',
    labelNames: ['cause'],
    registers: [registry],
  });
  for (const cause of ['Application', 'Infrastructure', 'Refusal', 'Request']) ended.inc({ cause }, 0);
  const queue = new Gauge({
    name: 'rollcall_placement_queue_length',
    help: 'Number of jobs waiting for nodes.',
    registers: [registry],
  });
  const passes = new Histogram({
    name: 'rollcall_placement_pass_seconds',
    help: 'Duration of placement passes over the queue.',
    buckets: [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1],
    registers: [registry],
  });
  return {
    onEnded: (cause) => ended.inc({ cause }),
    onPass: (durationMs, waiting) => {
      queue.set(waiting);
      passes.observe(durationMs / 1_000);
    },
  };
}
