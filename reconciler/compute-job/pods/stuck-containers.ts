import { StuckPods } from '../../stuck-pods/stuck-pods.ts';
import type { TrackedPod } from './tracked-pod.ts';

/** Since when each pod's container can't be created; after a restart of the operator the time begins anew. */
export class StuckContainers {
  readonly #pods = new StuckPods<string>(() => false);

  /** Takes in how a pod is doing; `now` in milliseconds since the epoch. */
  observe({ metadata: { uid = '' }, gang }: TrackedPod, now: number): void {
    if (gang?.state.type !== 'Starting' || gang.state.problem === undefined) this.#pods.forget(uid);
    else this.#pods.stuck(uid, gang.state.problem, now);
  }

  forget({ metadata: { uid = '' } }: TrackedPod): void {
    this.#pods.forget(uid);
  }

  since(uid: string): number | undefined {
    return this.#pods.get(uid)?.since;
  }
}
