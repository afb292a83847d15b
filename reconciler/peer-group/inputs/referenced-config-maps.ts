export interface ReferencedConfigMapsOptions {
  /** Reads an object's version; undefined when it does not exist. */
  readonly versionOf: (key: string) => Promise<string | undefined>;
  /** Called for each group that references a ConfigMap that was created, changed or deleted. */
  readonly onChange: (group: string) => void;
}

/** Each ConfigMap is read once per this time while there are few, in milliseconds … */
const PERIOD_MS = 3_000;
/** … with this maximum rate for all of them, per second. */
const MAX_RATE = 20;

interface Followed {
  readonly groups: Set<string>;
  version: string | undefined;
}

/**
 * Polls the ConfigMaps that groups reference: a watch for each would need a connection for each, and a
 * watch of all would cache every ConfigMap in the cluster.
 */
export class ReferencedConfigMaps {
  readonly #options: ReferencedConfigMapsOptions;
  /** By namespace/name; least recently read first. */
  readonly #followed = new Map<string, Followed>();
  readonly #byGroup = new Map<string, ReadonlyMap<string, string | undefined>>();
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: ReferencedConfigMapsOptions) {
    this.#options = options;
  }

  /** Sets the ConfigMaps that the group references: keys and known versions. */
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

  /** Reads the next ConfigMap. */
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
      // It is read again when its turn comes.
    }
    this.#timer = undefined;
    this.#arm();
  }
}
