import type { DriftedField } from '../kube/drift.ts';

/** Fields of one object that somebody else changes again whenever we restore them. */
export interface Contest {
  /** Paths, in order. */
  readonly fields: readonly string[];
  /** Who changes them; undefined: the API server doesn't say who removed a field. */
  readonly manager: string | undefined;
  /** When to check again, in milliseconds from now. */
  readonly againInMs: number;
}

interface Restored {
  /** In a row. */
  readonly times: number;
  readonly at: number;
  readonly manager: string | undefined;
}

/** A field is restored at once this many times in a row. */
const AT_ONCE = 10;
/** A field that stays as it is for this long was not contested, or is no more. Milliseconds. */
const TRUCE_MS = 60_000;
const FIRST_WAIT_MS = 10_000;
const MAX_WAIT_MS = 600_000;
/** Fields of one object that are remembered. */
const MAX_FIELDS = 64;

/**
 * How often fields had to be restored, so that two who disagree about one don't write for ever: after a few times in a row
 * the wait between two attempts doubles, up to ten minutes.
 */
export class FieldContests {
  readonly #now: () => number;
  /** By uid of the object, then by path. */
  readonly #restored = new Map<string, Map<string, Restored>>();

  /** @param now monotonic milliseconds */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Whether these fields have to wait before they are restored: until the least contested of them may be. */
  mustWait(uid: string, fields: readonly DriftedField[]): boolean {
    const known = this.#restored.get(uid);
    return fields.every(({ path }) => {
      const restored = known?.get(path);
      return restored !== undefined && this.#now() < restored.at + waitMs(restored.times);
    });
  }

  /**
   * Takes in that fields were restored.
   *
   * @param inVain whether the API server's answer to the apply had them changed again: an admission webhook did it
   */
  restored(uid: string, fields: readonly DriftedField[], manager: string | undefined, inVain: boolean): void {
    const known = this.#restored.get(uid) ?? new Map<string, Restored>();
    this.#restored.set(uid, known);
    for (const { path } of fields) {
      const before = known.get(path);
      const times = before !== undefined && !this.#isOver(before) ? before.times + 1 : 1;
      known.delete(path);
      known.set(path, {
        times: inVain ? Math.max(times, AT_ONCE) : times,
        at: this.#now(),
        manager: manager ?? before?.manager,
      });
      const [oldest] = known.keys();
      if (known.size > MAX_FIELDS && oldest !== undefined) known.delete(oldest);
    }
  }

  /** What is contested of an object now. */
  of(uid: string): Contest | undefined {
    const known = this.#restored.get(uid);
    if (known === undefined) return undefined;
    for (const [path, restored] of known) if (this.#isOver(restored)) known.delete(path);
    if (known.size === 0) this.#restored.delete(uid);
    const contested = [...known].filter(([, { times }]) => times >= AT_ONCE);
    if (contested.length === 0) return undefined;
    const waits = contested.flatMap(([, restored]) => [restored.at + waitMs(restored.times), endOf(restored)]);
    const due = waits.map((time) => time - this.#now()).filter((ms) => ms > 0);
    return {
      fields: contested.map(([path]) => path).sort(),
      manager: contested.find(([, { manager }]) => manager !== undefined)?.[1].manager,
      againInMs: Math.min(...due),
    };
  }

  forget(uid: string): void {
    this.#restored.delete(uid);
  }

  #isOver(restored: Restored): boolean {
    return this.#now() >= endOf(restored);
  }
}

function waitMs(times: number): number {
  return times < AT_ONCE ? 0 : Math.min(FIRST_WAIT_MS * 2 ** (times - AT_ONCE), MAX_WAIT_MS);
}

/** When a field that was not changed again since counts as settled. */
function endOf({ times, at }: Restored): number {
  return at + Math.max(TRUCE_MS, 2 * waitMs(times));
}
