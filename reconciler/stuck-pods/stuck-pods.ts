import type { StartProblem } from './start-problem.ts';

/** A pod that can't start: since when, in milliseconds since the epoch, and the problem that was first observed. */
export interface StuckPod<T> {
  readonly since: number;
  readonly problem: T;
}

/**
 * Since when each pod can't start, by uid. The status of a pod has only the present problem, whose message changes with every attempt
 * (ErrImagePull, ImagePullBackOff); the first one is kept until the cause changes.
 */
export class StuckPods<T> {
  readonly #stuck = new Map<string, StuckPod<T>>();
  readonly #sameCause: (a: T, b: T) => boolean;

  /** @param sameCause whether two problems have the same cause */
  constructor(sameCause: (a: T, b: T) => boolean) {
    this.#sameCause = sameCause;
  }

  /** A pod is stuck with this problem; since `since` if it was not stuck before. */
  stuck(uid: string, problem: T, since: number): void {
    const known = this.#stuck.get(uid);
    if (known === undefined) this.#stuck.set(uid, { since, problem });
    else if (!this.#sameCause(known.problem, problem)) this.#stuck.set(uid, { since: known.since, problem });
  }

  /** It is no longer stuck, or deleted. */
  forget(uid: string): void {
    this.#stuck.delete(uid);
  }

  get(uid: string): StuckPod<T> | undefined {
    return this.#stuck.get(uid);
  }
}

const PULLING = new Set(['ErrImagePull', 'ImagePullBackOff']);

/** Whether two problems have one cause: the kubelet alternates between two reasons for an image that it can't pull. */
export function sameCause(a: StartProblem, b: StartProblem): boolean {
  return a.reason === b.reason || (PULLING.has(a.reason) && PULLING.has(b.reason));
}
