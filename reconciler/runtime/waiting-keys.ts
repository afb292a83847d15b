import { splitKey } from '../kube/object.ts';

/** `Fresh` is what just happened; `Backlog` is what was there at the start, and resyncs. */
export type Urgency = 'Fresh' | 'Backlog';

/** So many fresh keys of a namespace are taken before one of its backlog, while it has both. */
export const FRESH_PER_BACKLOG = 4;

/** A key that was taken, from which line, and since when it had waited. */
export interface TakenKey {
  readonly key: string;
  readonly urgency: Urgency;
  readonly since: number;
}

/** Keys of one namespace and since when they wait. Maps keep the order of arrival. */
interface Lines {
  readonly Fresh: Map<string, number>;
  readonly Backlog: Map<string, number>;
  /** Since its backlog was last served. */
  freshTaken: number;
}

/**
 * Keys that wait. Namespaces take turns, one key a turn, so that a namespace of many keys delays those of another by no more
 * than its turn; what has no namespace counts as one. Within a namespace fresh keys come first, in order of arrival, but after
 * every {@link FRESH_PER_BACKLOG} of them one of the backlog does.
 *
 * *Guarantees*: with `n` the most namespaces that wait at once, and `d` the number of keys ahead of a key in its line, the key is
 * taken by the take of number `n × (d + 2 + ⌊d / FRESH_PER_BACKLOG⌋)` if it is fresh, and `n × (d + 1) × (FRESH_PER_BACKLOG + 1)`
 * if it is of the backlog, whatever is added meanwhile. A key of the backlog that becomes fresh keeps its place there, too.
 */
export class WaitingKeys {
  /** Namespaces with keys that wait, in the order of their turns. */
  readonly #turns = new Map<string, Lines>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** The line that the key waits in; where it waits in both, the fresh one. */
  urgencyOf(key: string): Urgency | undefined {
    const lines = this.#turns.get(namespaceOf(key));
    if (lines?.Fresh.has(key)) return 'Fresh';
    return lines?.Backlog.has(key) ? 'Backlog' : undefined;
  }

  /** Puts the key at the end of a line, unless it waits there. It waits since `now`, or since it was first put into the other. */
  add(key: string, urgency: Urgency, now: number): void {
    const namespace = namespaceOf(key);
    const lines = this.#turns.get(namespace) ?? { Fresh: new Map(), Backlog: new Map(), freshTaken: 0 };
    const since = lines.Fresh.get(key) ?? lines.Backlog.get(key);
    if (since === undefined) this.#size++;
    if (!lines[urgency].has(key)) lines[urgency].set(key, since ?? now);
    this.#turns.set(namespace, lines);
  }

  /** Takes the key whose turn it is; undefined when none waits. */
  take(): TakenKey | undefined {
    for (const [namespace, lines] of this.#turns) {
      const isBacklogDue = lines.Fresh.size === 0 || lines.freshTaken >= FRESH_PER_BACKLOG;
      const urgency = isBacklogDue && lines.Backlog.size > 0 ? 'Backlog' : 'Fresh';
      const [key, since] = lines[urgency].entries().next().value!;
      lines.Fresh.delete(key);
      lines.Backlog.delete(key);
      lines.freshTaken = urgency === 'Backlog' ? 0 : lines.freshTaken + 1;
      this.#size--;
      this.#turns.delete(namespace);
      if (lines.Fresh.size + lines.Backlog.size > 0) this.#turns.set(namespace, lines);
      return { key, urgency, since };
    }
    return undefined;
  }
}

function namespaceOf(key: string): string {
  return splitKey(key).namespace ?? '';
}
