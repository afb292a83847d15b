/** What a {@link Clock} hands out for a timer. */
export type Timer = NodeJS.Timeout | number;

/** Time, handed in: tests turn it by hand. */
export interface Clock {
  /** Monotonic milliseconds, for everything that is compared or subtracted. */
  now(): number;
  /** Milliseconds since the epoch, for showing only: somebody may set it at any time. */
  wallNow(): number;
  setTimeout(task: () => void, ms: number): Timer;
  clearTimeout(timer: Timer | undefined): void;
}

export const systemClock: Clock = {
  now: () => performance.now(),
  wallNow: () => Date.now(),
  setTimeout: (task, ms) => setTimeout(task, ms),
  clearTimeout: (timer) => clearTimeout(timer),
};
