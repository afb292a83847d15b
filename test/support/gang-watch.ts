import { type WatchedPod, watchPods } from './watch-pods.ts';
import type { World } from './world.ts';

/** A gang that had a pod bound and another reported Unschedulable, for longer than it may. */
export interface HalfPlaced {
  readonly gang: string;
  readonly forMs: number;
}

/**
 * Watches the pods of a namespace from outside, as anybody may, and notes gangs that are half placed: a pod bound and another
 * one that the scheduler has reported Unschedulable.
 */
export class GangWatch {
  readonly #pods = new Map<string, WatchedPod>();
  readonly #since = new Map<string, number>();
  readonly #halfPlaced: HalfPlaced[] = [];
  readonly #stop = new AbortController();
  readonly #done: Promise<void>;
  #events = 0;

  constructor(world: World, namespace: string) {
    this.#done = watchPods(world, namespace, this.#stop.signal, (pod, deleted) => {
      this.#events++;
      if (deleted) this.#pods.delete(pod.metadata.name);
      else this.#pods.set(pod.metadata.name, pod);
      this.#judge(false);
    });
  }

  /** Ends the watch and says what it saw. */
  async end(): Promise<{ readonly events: number; readonly halfPlaced: readonly HalfPlaced[] }> {
    this.#stop.abort();
    await this.#done;
    this.#judge(true);
    return { events: this.#events, halfPlaced: this.#halfPlaced };
  }

  #judge(end: boolean): void {
    const now = performance.now();
    const gangs = Map.groupBy(this.#pods.values(), ({ metadata }) =>
      metadata.name.slice(0, metadata.name.lastIndexOf('-')),
    );
    for (const gang of new Set([...gangs.keys(), ...this.#since.keys()])) {
      const pods = gangs.get(gang) ?? [];
      const half = pods.some(({ spec }) => spec.nodeName) && pods.some(isUnschedulable);
      const since = this.#since.get(gang);
      if (half && since === undefined) this.#since.set(gang, now);
      if (since === undefined || (half && !end)) continue;
      this.#since.delete(gang);
      this.#halfPlaced.push({ gang, forMs: now - since });
    }
  }
}

function isUnschedulable({ spec, status }: WatchedPod): boolean {
  return (
    !spec.nodeName &&
    status?.conditions?.some(
      ({ type, status, reason }) => type === 'PodScheduled' && status === 'False' && reason === 'Unschedulable',
    ) === true
  );
}
