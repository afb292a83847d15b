import type { TrackedPod } from './tracked-pod.ts';

interface Seen {
  unbound?: number;
  starting?: number;
  stopping?: number;
  failed?: number;
}

/** How long a pod has been in each state, in milliseconds; undefined: it is not in it. */
export interface PodAges {
  readonly unboundMs?: number;
  readonly startingMs?: number;
  readonly stoppingMs?: number;
  readonly failedMs?: number;
}

/**
 * How long the pods of gangs have been unbound, starting, stopping or failed, by the operator's own clock: the times in their statuses
 * are by the clocks of the API server and the kubelets, which may be wrong. A restart of the operator resets them.
 */
export class PodClock {
  readonly #pods = new Map<string, Seen>();
  readonly #now: () => number;

  /** @param now monotonic milliseconds */
  constructor(now: () => number) {
    this.#now = now;
  }

  observe({ metadata: { uid = '' }, gang, finished }: TrackedPod): void {
    const hasFailed = gang?.state.type === 'Failed';
    if (gang === undefined || (finished && !hasFailed)) {
      this.#forget(uid);
      return;
    }
    const before = this.#pods.get(uid) ?? {};
    const since = (is: boolean, known: number | undefined) => (is ? (known ?? this.#now()) : undefined);
    const unbound = since(gang.state.type === 'Unbound', before.unbound);
    const starting = since(gang.state.type === 'Starting', before.starting);
    const stopping = since(gang.graceMs !== undefined, before.stopping);
    const failed = since(hasFailed, before.failed);
    this.#pods.set(uid, {
      ...(unbound !== undefined && { unbound }),
      ...(starting !== undefined && { starting }),
      ...(stopping !== undefined && { stopping }),
      ...(failed !== undefined && { failed }),
    });
  }

  forget({ metadata: { uid = '' } }: TrackedPod): void {
    this.#forget(uid);
  }

  ages(uid: string): PodAges {
    const { unbound, starting, stopping, failed } = this.#pods.get(uid) ?? {};
    const now = this.#now();
    return {
      ...(unbound !== undefined && { unboundMs: now - unbound }),
      ...(starting !== undefined && { startingMs: now - starting }),
      ...(stopping !== undefined && { stoppingMs: now - stopping }),
      ...(failed !== undefined && { failedMs: now - failed }),
    };
  }

  #forget(uid: string): void {
    this.#pods.delete(uid);
  }
}
