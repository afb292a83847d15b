import type { TrackedPod } from './tracked-pod.ts';

/**
 * Since when each pod's container can't be created. A pod says only why it waits now, and its reasons alternate
 * (ErrImagePull, ImagePullBackOff); after a restart of the operator the time begins anew.
 */
export class StuckContainers {
  readonly #since = new Map<string, number>();

  /** Takes in how a pod is doing; `now` in milliseconds since the epoch. */
  observe({ metadata: { uid = '' }, gang }: TrackedPod, now: number): void {
    if (gang?.outcome.type !== 'Starting' || gang.outcome.problem === undefined) this.#since.delete(uid);
    else if (!this.#since.has(uid)) this.#since.set(uid, now);
  }

  forget({ metadata: { uid = '' } }: TrackedPod): void {
    this.#since.delete(uid);
  }

  since(uid: string): number | undefined {
    return this.#since.get(uid);
  }
}
