/** What sets timers off, handed in: tests turn it by hand. */
export interface Timers {
  setTimeout(task: () => void, ms: number): NodeJS.Timeout | number;
  clearTimeout(timer: NodeJS.Timeout | number | undefined): void;
}

export const systemTimers: Timers = {
  setTimeout: (task, ms) => setTimeout(task, ms),
  clearTimeout: (timer) => clearTimeout(timer),
};
