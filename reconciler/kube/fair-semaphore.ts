/** Whose turn it is: requests of one kind of object in one namespace wait in one line. */
export interface Flow {
  /** Plural name of the kind. */
  readonly kind: string;
  /** Empty for what has none. */
  readonly namespace: string;
}

type Waiter = () => void;

/**
 * A number of slots that kinds share in turns, and within a kind its namespaces: a thousand requests of one namespace delay
 * another one's by one turn. The slots of one namespace are limited, so that answers which take long there leave slots to the
 * others.
 */
export class FairSemaphore {
  readonly #limit: number;
  readonly #limitOfNamespace: number;
  /** In the order of turns; within a kind too. */
  readonly #lines = new Map<string, Map<string, Waiter[]>>();
  readonly #used = new Map<string, number>();
  #inUse = 0;

  /** @param limitOfNamespace slots of one namespace at most; unset: half of them, and at least one */
  constructor(limit: number, limitOfNamespace = Math.max(1, Math.ceil(limit / 2))) {
    this.#limit = limit;
    this.#limitOfNamespace = limitOfNamespace;
  }

  /** Runs a task in a slot. */
  async run<T>(flow: Flow, task: () => Promise<T>): Promise<T> {
    const release = await this.acquire(flow);
    try {
      return await task();
    } finally {
      release();
    }
  }

  /** Waits for a slot; resolves with what gives it back, to be called once. */
  acquire({ kind, namespace }: Flow): Promise<() => void> {
    return new Promise((resolve) => {
      const line = this.#line(kind, namespace);
      line.push(() => resolve(this.#take(namespace)));
      this.#next();
    });
  }

  #line(kind: string, namespace: string): Waiter[] {
    const lines = this.#lines.get(kind) ?? new Map<string, Waiter[]>();
    this.#lines.set(kind, lines);
    const line = lines.get(namespace) ?? [];
    lines.set(namespace, line);
    return line;
  }

  #take(namespace: string): () => void {
    return () => {
      this.#inUse--;
      const left = this.#used.get(namespace)! - 1;
      if (left === 0) this.#used.delete(namespace);
      else this.#used.set(namespace, left);
      this.#next();
    };
  }

  #next(): void {
    while (this.#inUse < this.#limit) {
      const found = this.#first();
      if (found === undefined) return;
      this.#inUse++;
      this.#used.set(found.namespace, (this.#used.get(found.namespace) ?? 0) + 1);
      found.waiter();
    }
  }

  /** The first in line; the kind and the namespace whose turn it was go to the end. */
  #first(): { readonly namespace: string; readonly waiter: Waiter } | undefined {
    for (const [kind, lines] of this.#lines) {
      for (const [namespace, line] of lines) {
        if (namespace !== '' && (this.#used.get(namespace) ?? 0) >= this.#limitOfNamespace) continue;
        const waiter = line.shift()!;
        lines.delete(namespace);
        if (line.length > 0) lines.set(namespace, line);
        this.#lines.delete(kind);
        if (lines.size > 0) this.#lines.set(kind, lines);
        return { namespace, waiter };
      }
    }
    return undefined;
  }
}

/** Of a path of the Kubernetes API, such as `/api/v1/namespaces/demo/pods/web-0`. */
export function flowOf(path: string): Flow {
  const [, namespace = '', plural] = /\/namespaces\/([^/]+)\/([^/]+)/.exec(path) ?? [];
  if (plural !== undefined) return { kind: plural, namespace };
  return { kind: /^\/(?:api\/[^/]+|apis\/[^/]+\/[^/]+)\/([^/]+)/.exec(path)?.[1] ?? '', namespace: '' };
}
