/** If no Lease at all was renewed for this long, the operator or the API server was unavailable: kubelets renew every 10 s. */
const OUTAGE_MS = 15_000;

interface Observation {
  readonly renewTime: string;
  /** When this renewal was first observed, by our own clock: the node's may be wrong. */
  readonly at: number;
  /** When the last renewals were observed, latest first. The first observation of a Lease doesn't count: it may be old. */
  readonly renewals: readonly number[];
}

/**
 * How long ago the Lease of each node was renewed, by the operator's own clock (as kube-controller-manager's node lifecycle controller
 * measures it). If no Lease at all was renewed, the nodes are not the cause: all ages are reset.
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

  /** Milliseconds since the last two observed renewals of the node; undefined when it has no Lease. */
  renewals(node: string, now: number): readonly [number | undefined, number | undefined] | undefined {
    const seen = this.#seen.get(node);
    if (seen === undefined) return undefined;
    const [last, previous] = seen.renewals.map((at) => now - at);
    return [last, previous];
  }

  /** Milliseconds since the node's last renewal; undefined when it has no Lease. Doesn't increase while no Lease is renewed. */
  age(node: string, now: number): number | undefined {
    const seen = this.#seen.get(node);
    return seen && Math.min(now, this.#last + OUTAGE_MS) - seen.at;
  }
}
