/**
 * Since when, by this process's clock, each group has had its present config, and which pods were told of it.
 *
 * Only durations depend on it: after a restart they begin anew, and everything else is derived from the cluster.
 */
export class ConfigTracker {
  readonly #now: () => number;
  readonly #configs = new Map<
    string,
    { readonly hash: string; readonly caBundle: string | undefined; readonly since: number }
  >();
  readonly #told = new Map<string, Map<string, number>>();
  readonly #telling = new Set<string>();

  /** @param now monotonic milliseconds */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** The config that the group had when it was last looked at, and the hash of the CAs that it has its pods trust. */
  get(group: string): { readonly hash: string; readonly caBundle: string | undefined } | undefined {
    return this.#configs.get(group);
  }

  /** The group has this config now. */
  note(group: string, hash: string, caBundle: string | undefined): void {
    const known = this.#configs.get(group);
    if (known?.hash === hash && known.caBundle === caBundle) return;
    this.#configs.set(group, { hash, caBundle, since: this.#now() });
    this.#told.delete(group);
  }

  /** How long the group has had its present config, in milliseconds. */
  ageOf(group: string): number {
    return this.#now() - (this.#configs.get(group)?.since ?? this.#now());
  }

  /** How long ago the pod with this uid was told of the group's config; undefined when it wasn't. */
  notifiedAgo(group: string, uid: string): number | undefined {
    const at = this.#told.get(group)?.get(uid);
    return at === undefined ? undefined : this.#now() - at;
  }

  /** Whether pods were left to tell when the group's config was last looked at. */
  isNotifying(group: string): boolean {
    return this.#telling.has(group);
  }

  markNotifying(group: string, isTelling: boolean): void {
    if (isTelling) this.#telling.add(group);
    else this.#telling.delete(group);
  }

  markNotified(group: string, uid: string): void {
    const told = this.#told.get(group) ?? new Map<string, number>();
    this.#told.set(group, told.set(uid, this.#now()));
  }

  forget(group: string): void {
    this.#configs.delete(group);
    this.#told.delete(group);
    this.#telling.delete(group);
  }
}
