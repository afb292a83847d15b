import { splitKey } from '../kube/object.ts';

/** `Normal` for changes; `Low` for the initial list and resyncs. */
export type Priority = 'Normal' | 'Low';

/** Number of keys of normal priority that are taken of a namespace for each one of low priority. */
export const NORMAL_PER_LOW = 4;

/** A key that was taken, its priority, and since when it had waited. */
export interface TakenKey {
  readonly key: string;
  readonly priority: Priority;
  readonly since: number;
}

/** Keys of one namespace and since when they wait. Maps keep the order of arrival. */
interface Lines {
  readonly Normal: Map<string, number>;
  readonly Low: Map<string, number>;
  /** Since a key of low priority was last taken. */
  normalTaken: number;
}

/**
 * Keys that wait. Namespaces take turns, one key a turn, so that a namespace of many keys delays those of another by no more
 * than its turn; what has no namespace counts as one. Within a namespace keys of normal priority come first, in order of
 * arrival, but after every {@link NORMAL_PER_LOW} of them comes one of low priority.
 *
 * *Guarantees*: with `n` the most namespaces that wait at once, and `d` the number of keys ahead of a key in its line, the key is
 * taken by the take of number `n × (d + 2 + ⌊d / NORMAL_PER_LOW⌋)` if its priority is normal, and `n × (d + 1) × (NORMAL_PER_LOW + 1)`
 * if it is low, whatever is added meanwhile. A key of low priority that is added with normal priority keeps its place there, too.
 */
export class WaitingKeys {
  /** Namespaces with keys that wait, in the order of their turns. */
  readonly #turns = new Map<string, Lines>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** The line that the key waits in; where it waits in both, the one of normal priority. */
  priorityOf(key: string): Priority | undefined {
    const lines = this.#turns.get(namespaceOf(key));
    if (lines?.Normal.has(key)) return 'Normal';
    return lines?.Low.has(key) ? 'Low' : undefined;
  }

  /** Puts the key at the end of a line, unless it waits there. It waits since `now`, or since it was first put into the other. */
  add(key: string, priority: Priority, now: number): void {
    const namespace = namespaceOf(key);
    const lines = this.#turns.get(namespace) ?? { Normal: new Map(), Low: new Map(), normalTaken: 0 };
    const since = lines.Normal.get(key) ?? lines.Low.get(key);
    if (since === undefined) this.#size++;
    if (!lines[priority].has(key)) lines[priority].set(key, since ?? now);
    this.#turns.set(namespace, lines);
  }

  /**
   * Takes the key whose turn it is; undefined when none waits.
   *
   * @param mayTake whether a key of this namespace may be taken now; those that may not keep their turn
   */
  take(mayTake: (namespace: string) => boolean = () => true): TakenKey | undefined {
    for (const [namespace, lines] of this.#turns) {
      if (!mayTake(namespace)) continue;
      const isLowDue = lines.Normal.size === 0 || lines.normalTaken >= NORMAL_PER_LOW;
      const priority = isLowDue && lines.Low.size > 0 ? 'Low' : 'Normal';
      const [key, since] = lines[priority].entries().next().value!;
      lines.Normal.delete(key);
      lines.Low.delete(key);
      lines.normalTaken = priority === 'Low' ? 0 : lines.normalTaken + 1;
      this.#size--;
      this.#turns.delete(namespace);
      if (lines.Normal.size + lines.Low.size > 0) this.#turns.set(namespace, lines);
      return { key, priority, since };
    }
    return undefined;
  }
}

export function namespaceOf(key: string): string {
  return splitKey(key).namespace ?? '';
}
