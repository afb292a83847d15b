import type { PingResult } from '../ping/ping-result.ts';

/** An error that has not been seen for so long is news again. Milliseconds. */
const QUIET_MS = 60_000;

/** What kept this server from asking, by code. It happens to many links at once, so it is told once and not per link. */
export class ProberErrors {
  readonly #counts = new Map<string, number>();
  /** When each was last seen, monotonic milliseconds. */
  readonly #seen = new Map<string, number>();

  /** How many pings each code has kept from being sent. */
  get counts(): ReadonlyMap<string, number> {
    return this.#counts;
  }

  /** @returns what to warn of, where this is news */
  note(result: PingResult, now: number, intervalMs: number): string | undefined {
    if (result.kind !== 'failure' || result.phase !== 'prober') return undefined;
    const { code, reason } = result;
    const seen = this.#seen.get(code);
    this.#seen.set(code, now);
    this.#counts.set(code, (this.#counts.get(code) ?? 0) + 1);
    // Without a backoff every link is asked once per interval.
    if (seen !== undefined && now - seen <= Math.max(QUIET_MS, 2 * intervalMs)) return undefined;
    return `Cannot send pings, so the state of the peers is unknown: ${reason} (${code})`;
  }
}
