export interface ReferencedConfigMapsOptions {
  /** Reads an object's version; undefined when it does not exist. */
  readonly versionOf: (key: string) => Promise<string | undefined>;
  /** Called for each group that references a ConfigMap which has changed, appeared or gone. */
  readonly onChange: (group: string) => void;
}

/** Each is read once in this time while there are few, in milliseconds … */
const PERIOD_MS = 3_000;
/** … and all of them together at most so often per second. */
const MAX_RATE = 20;

interface Followed {
  readonly groups: Set<string>;
  version: string | undefined;
}

/**
 * Follows the ConfigMaps that groups reference by reading them in turn: a watch of each would be a connection for each, and a
 * watch of all would cache every ConfigMap of the cluster.
 */
export class ReferencedConfigMaps {
  readonly #options: ReferencedConfigMapsOptions;
  /** By namespace/name; the one that was read longest ago first. */
  readonly #followed = new Map<string, Followed>();
  readonly #byGroup = new Map<string, ReadonlyMap<string, string | undefined>>();
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: ReferencedConfigMapsOptions) {
    this.#options = options;
  }

  /** From now on these are what the group references: keys and the versions that it knows. */
  follow(group: string, references: ReadonlyMap<string, string | undefined>): void {
    this.forget(group);
    if (references.size === 0) return;
    this.#byGroup.set(group, references);
    for (const [key, version] of references) {
      const known = this.#followed.get(key);
      if (known === undefined) this.#followed.set(key, { groups: new Set([group]), version });
      else known.groups.add(group);
    }
    this.#arm();
  }

  forget(group: string): void {
    for (const key of this.#byGroup.get(group)?.keys() ?? []) {
      const known = this.#followed.get(key);
      known?.groups.delete(group);
      if (known?.groups.size === 0) this.#followed.delete(key);
    }
    this.#byGroup.delete(group);
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  /** Milliseconds between two reads. */
  get pauseMs(): number {
    return Math.max(PERIOD_MS / Math.max(1, this.#followed.size), 1_000 / MAX_RATE);
  }

  /** Reads the one whose turn it is. */
  async readNext(): Promise<void> {
    const [next] = this.#followed;
    if (next === undefined) return;
    const [key, followed] = next;
    this.#followed.delete(key);
    this.#followed.set(key, followed);
    const version = await this.#options.versionOf(key);
    if (version === followed.version) return;
    followed.version = version;
    for (const group of followed.groups) this.#options.onChange(group);
  }

  #arm(): void {
    if (this.#timer !== undefined || this.#closed || this.#followed.size === 0) return;
    this.#timer = setTimeout(() => void this.#turn(), this.pauseMs);
  }

  async #turn(): Promise<void> {
    try {
      await this.readNext();
    } catch {
      // It is read again in its next turn.
    }
    this.#timer = undefined;
    this.#arm();
  }
}
