/** Maximum number of pods of a group that are notified per second. */
export const NOTIFICATIONS_PER_SECOND = 100;
const SECOND_MS = 1_000;

interface Second {
  readonly began: number;
  notified: number;
}

/** Limits the rate of notifications to a group's pods, however often it is reconciled and its config changes. */
export class NotificationLimiter {
  readonly #now: () => number;
  /** The last second with notifications, for each group. */
  readonly #seconds = new Map<string, Second>();

  /** @param now monotonic milliseconds */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Number of pods of the group that may be notified now. */
  left(group: string): number {
    return NOTIFICATIONS_PER_SECOND - (this.#present(group)?.notified ?? 0);
  }

  /** Counts notifications. */
  take(group: string, count: number): void {
    const second = this.#present(group);
    if (second !== undefined) second.notified += count;
    else if (count > 0) this.#seconds.set(group, { began: this.#now(), notified: count });
  }

  /** Milliseconds after which more pods may be notified. */
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
