import { StuckPods } from '../../stuck-pods/stuck-pods.ts';
import type { TrackedPod } from './tracked-pod.ts';

/** Since when the container of each pod can't be created. A restart of the operator resets the time. */
export class StuckContainers {
  readonly #pods = new StuckPods<string>(() => false);

  /** @param now milliseconds since the epoch */
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
