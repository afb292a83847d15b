import type { TrackedPod } from './tracked-pod.ts';

interface Seen {
  unbound?: number;
  starting?: number;
  stopping?: number;
  failed?: number;
}

/** For how long a pod has been what it is, in milliseconds; undefined: it is not. */
export interface PodAges {
  readonly unboundMs?: number;
  readonly startingMs?: number;
  readonly stoppingMs?: number;
  readonly failedMs?: number;
}

/**
 * For how long the pods of gangs have waited to be bound, have been starting, stopping, and failed, on the clock of whoever
 * looks: their own times are the API server's and the kubelets', whose clocks may be wrong, or ours. After a restart of the
 * operator the time begins anew.
 */
export class PodClock {
  readonly #pods = new Map<string, Seen>();
  readonly #now: () => number;

  /** @param now monotonic milliseconds */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Takes in how a pod is doing. */
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
