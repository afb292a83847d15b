/** Pods of one group that are told of a config in a second, at most. */
export const NOTIFICATIONS_PER_SECOND = 100;
const SECOND_MS = 1_000;

interface Second {
  readonly began: number;
  notified: number;
}

/** Bounds how fast a group's pods are told of configs, however often it is looked at and its config changes. */
export class NotificationLimiter {
  readonly #now: () => number;
  /** The last second in which each group told pods. */
  readonly #seconds = new Map<string, Second>();

  /** @param now monotonic milliseconds */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** How many pods of the group may be told now. */
  left(group: string): number {
    return NOTIFICATIONS_PER_SECOND - (this.#present(group)?.notified ?? 0);
  }

  /** So many are being told. */
  take(group: string, count: number): void {
    const second = this.#present(group);
    if (second !== undefined) second.notified += count;
    else if (count > 0) this.#seconds.set(group, { began: this.#now(), notified: count });
  }

  /** In how many milliseconds others may be told. */
  nextInMs(group: string): number {
    const second = this.#present(group);
    return second === undefined ? 0 : second.began + SECOND_MS - this.#now();
  }

  forget(group: string): void {
    this.#seconds.delete(group);
  }

  #present(group: string): Second | undefined {
    const second = this.#seconds.get(group);
    return second !== undefined && this.#now() - second.began < SECOND_MS ? second : undefined;
  }
}
