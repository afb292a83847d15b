/** Silence of all Leases together that means that we, or the API server, were away: kubelets renew every 10 s. */
const OUTAGE_MS = 15_000;

interface Observation {
  readonly renewTime: string;
  /** When we first saw this renewal, on our own clock: the node's may be wrong. */
  readonly at: number;
  /** When we saw the last renewals, latest first; the first that we see of a Lease may be old. */
  readonly renewals: readonly number[];
}

/**
 * How long ago each node's Lease was renewed, by the observer's clock (as kube-controller-manager's node lifecycle
 * controller measures it). When no Lease at all moves, it is not the nodes that are at fault: all begin anew.
 */
export class LeaseClock {
  readonly #seen = new Map<string, Observation>();
  #last = Number.NEGATIVE_INFINITY;

  /** @param now milliseconds on a clock that never goes back */
  observe(node: string, renewTime: string, now: number): void {
    const before = this.#seen.get(node);
    if (before?.renewTime === renewTime) return;
    if (now - this.#last > OUTAGE_MS) {
      for (const [name, seen] of this.#seen) this.#seen.set(name, { ...seen, at: now });
    }
    const renewals = before ? [now, ...before.renewals].slice(0, 2) : [];
    this.#seen.set(node, { renewTime, at: now, renewals });
    this.#last = now;
  }

  forget(node: string): void {
    this.#seen.delete(node);
  }

  /** Milliseconds since the node's last two renewals that were seen to happen; undefined when it has no Lease. */
  renewals(node: string, now: number): readonly [number | undefined, number | undefined] | undefined {
    const seen = this.#seen.get(node);
    if (seen === undefined) return undefined;
    const [last, previous] = seen.renewals.map((at) => now - at);
    return [last, previous];
  }

  /** Milliseconds since the node's last renewal; undefined when it has no Lease. Stands still while no Lease moves. */
  age(node: string, now: number): number | undefined {
    const seen = this.#seen.get(node);
    return seen && Math.min(now, this.#last + OUTAGE_MS) - seen.at;
  }
}
