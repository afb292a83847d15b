import { PODS } from '../../../reconciler/kube/core-types.ts';
import type { KubeObject } from '../../../reconciler/kube/object.ts';
import type { ResourceType } from '../../../reconciler/kube/resource-type.ts';
import type { World } from '../../support/world.ts';
import type { Contender } from './contenders.ts';

type Sent = KubeObject & {
  readonly spec?: { readonly nodeName?: string };
  readonly status?: Readonly<Record<string, unknown>>;
};

/** When a watcher outside saw what happen to one job, in milliseconds on its own clock. */
interface JobTimes {
  created: number;
  readonly bound: Map<string, number>;
  readonly ended: Map<string, number>;
  done?: number;
}

/** What a watch of jobs and pods sees, whoever runs them. */
export class Timeline {
  readonly #jobs = new Map<string, JobTimes>();
  readonly #contender: Contender;
  readonly #stop = new AbortController();
  readonly #running: Promise<unknown>;

  constructor(world: World, namespace: string, type: ResourceType, contender: Contender) {
    this.#contender = contender;
    this.#running = Promise.all([
      this.#watch(world, namespace, PODS, (pod) => this.#onPod(pod)),
      this.#watch(world, namespace, type, (job) => this.#onJob(job)),
    ]);
  }

  create(name: string): void {
    this.#jobs.set(name, { created: performance.now(), bound: new Map(), ended: new Map() });
  }

  get done(): number {
    return [...this.#jobs.values()].filter(({ done }) => done !== undefined).length;
  }

  /** Ends the watches; what it saw, in milliseconds, one entry a job. */
  async end(size: number) {
    this.#stop.abort();
    await this.#running;
    const jobs = [...this.#jobs.values()];
    const whole = jobs.filter(({ bound }) => bound.size === size);
    return {
      makespan:
        Math.max(...jobs.map(({ done = Number.NaN }) => done)) - Math.min(...jobs.map(({ created }) => created)),
      toBound: whole.map(({ bound, created }) => Math.max(...bound.values()) - created),
      skew: whole.map(({ bound }) => Math.max(...bound.values()) - Math.min(...bound.values())),
      toDone: jobs
        .filter(({ ended }) => ended.size === size)
        .map(({ ended, done = Number.NaN }) => done - Math.max(...ended.values())),
    };
  }

  #onPod({ metadata, spec, status }: Sent): void {
    const job = this.#jobs.get(metadata.labels?.[this.#contender.label] ?? '');
    if (job === undefined) return;
    const now = performance.now();
    if (spec?.nodeName && !job.bound.has(metadata.name)) job.bound.set(metadata.name, now);
    if (status?.phase === 'Succeeded' && !job.ended.has(metadata.name)) job.ended.set(metadata.name, now);
  }

  #onJob({ metadata, status = {} }: Sent): void {
    const job = this.#jobs.get(metadata.name);
    if (job !== undefined && this.#contender.isDone(status)) job.done ??= performance.now();
  }

  async #watch({ client }: World, namespace: string, type: ResourceType, onObject: (object: Sent) => void) {
    // The API server ends a watch that reads too slowly for it: then there is a next one.
    while (!this.#stop.signal.aborted) {
      const { items, resourceVersion } = await client.list(type, { namespace });
      for (const object of items) onObject(object as Sent);
      const options = { namespace, resourceVersion, timeoutSeconds: 3_000, mayBeSilent: () => true };
      try {
        for await (const events of client.watch(type, options, this.#stop.signal)) {
          for (const { type: event, object } of events) if (event !== 'BOOKMARK') onObject(object as Sent);
        }
      } catch (error) {
        if (!this.#stop.signal.aborted) throw error;
      }
    }
  }
}
