import { type WatchedPod, watchPods } from './watch-pods.ts';
import type { World } from './world.ts';

/** A time for which a pod was Ready and nobody had told it to go; milliseconds since the epoch. */
interface Life {
  readonly uid: string;
  readonly from: number;
  readonly to: number;
}

/** Watches the pods of a namespace from outside, as anybody may, and remembers when each was in service. */
export class PodLives {
  readonly #ended = new Map<string, Life[]>();
  readonly #now = new Map<string, Omit<Life, 'to'>>();
  readonly #stop = new AbortController();
  readonly #done: Promise<void>;

  constructor(world: World, namespace: string) {
    this.#done = watchPods(world, namespace, this.#stop.signal, (pod, deleted) => this.#see(pod, deleted));
  }

  async end(): Promise<void> {
    this.#stop.abort();
    await this.#done;
  }

  /** Pods of that name that have been in service, by uid. */
  seen(name: string): number {
    return new Set(this.#lives(name).map(({ uid }) => uid)).size;
  }

  /** Whether the pod had been in service for so long at that time, without a break. */
  wasSettled(name: string, at: number, forMs: number): boolean {
    return this.#lives(name).some(({ from, to }) => from <= at - forMs && at < to);
  }

  #lives(name: string): Life[] {
    const now = this.#now.get(name);
    return [...(this.#ended.get(name) ?? []), ...(now ? [{ ...now, to: Number.POSITIVE_INFINITY }] : [])];
  }

  #see({ metadata, status }: WatchedPod, deleted: boolean): void {
    const { name, uid = '' } = metadata;
    const isReady = status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') === true;
    const inService = isReady && !deleted && metadata.deletionTimestamp === undefined;
    const now = this.#now.get(name);
    if (inService && now?.uid === uid) return;
    if (now) {
      this.#ended.set(name, [...(this.#ended.get(name) ?? []), { ...now, to: Date.now() }]);
      this.#now.delete(name);
    }
    if (inService) this.#now.set(name, { uid, from: Date.now() });
  }
}
