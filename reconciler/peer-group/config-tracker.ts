/**
 * Since when, by this process's clock, each group has had its present config, and which pods were told of it.
 *
 * Only durations depend on it: after a restart they begin anew, and everything else is derived from the cluster.
 */
export class ConfigTracker {
  readonly #now: () => number;
  readonly #configs = new Map<string, { readonly hash: string; readonly since: number }>();
  readonly #told = new Map<string, Map<string, number>>();

  /** @param now monotonic milliseconds */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** How long the group has had this config, in milliseconds. */
  ageOf(group: string, hash: string): number {
    const known = this.#configs.get(group);
    if (known?.hash === hash) return this.#now() - known.since;
    this.#configs.set(group, { hash, since: this.#now() });
    this.#told.delete(group);
    return 0;
  }

  /** How long ago the pod with this uid was told of the group's config; undefined when it wasn't. */
  toldAgo(group: string, uid: string): number | undefined {
    const at = this.#told.get(group)?.get(uid);
    return at === undefined ? undefined : this.#now() - at;
  }

  markTold(group: string, uid: string): void {
    const told = this.#told.get(group) ?? new Map<string, number>();
    this.#told.set(group, told.set(uid, this.#now()));
  }

  forget(group: string): void {
    this.#configs.delete(group);
    this.#told.delete(group);
  }
}
