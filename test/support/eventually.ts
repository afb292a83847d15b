import { setTimeout as sleep } from 'node:timers/promises';

const PAUSE_MS = 25;

/**
 * Tries an assertion until it holds.
 *
 * @param pauseMs between two attempts: long for what takes minutes, or the attempts slow down what they wait for
 * @returns what it returned then
 * @throws what it threw last, once `timeoutMs` is over
 */
export async function eventually<T>(attempt: () => T | Promise<T>, timeoutMs = 10_000, pauseMs = PAUSE_MS): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (performance.now() >= deadline) throw error;
    }
    await sleep(pauseMs);
  }
}
