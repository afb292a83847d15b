/** Silence of all Leases together that means that we, or the API server, were away: kubelets renew every 10 s. */
const OUTAGE_MS = 15_000;

interface Observation {
  readonly renewTime: string;
  /** When we first saw this renewal, on our own clock: the node's may be wrong. */
  readonly at: number;
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
    if (this.#seen.get(node)?.renewTime === renewTime) return;
    if (now - this.#last > OUTAGE_MS) {
      for (const [name, { renewTime: last }] of this.#seen) this.#seen.set(name, { renewTime: last, at: now });
    }
    this.#seen.set(node, { renewTime, at: now });
    this.#last = now;
  }

  forget(node: string): void {
    this.#seen.delete(node);
  }

  /** Milliseconds since the node's last renewal; undefined when it has no Lease. Stands still while no Lease moves. */
  age(node: string, now: number): number | undefined {
    const seen = this.#seen.get(node);
    return seen && Math.min(now, this.#last + OUTAGE_MS) - seen.at;
  }
}
