/**
 * Remembers when each group got its current config, by the clock of this process, and which pods were notified of it.
 *
 * Only durations depend on it, which a restart resets; everything else is derived from the cluster.
 */
export class ConfigTracker {
  readonly #now: () => number;
  readonly #configs = new Map<
    string,
    { readonly hash: string; readonly caBundle: string | undefined; readonly since: number }
  >();
  readonly #notified = new Map<string, Map<string, number>>();
  readonly #notifying = new Set<string>();

  /** @param now monotonic milliseconds */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Hashes of the group's config in the last reconcile, and of the CA bundle in it. */
  get(group: string): { readonly hash: string; readonly caBundle: string | undefined } | undefined {
    return this.#configs.get(group);
  }

  /** Sets the group's current config. */
  note(group: string, hash: string, caBundle: string | undefined): void {
    const known = this.#configs.get(group);
    if (known?.hash === hash && known.caBundle === caBundle) return;
    this.#configs.set(group, { hash, caBundle, since: this.#now() });
    this.#notified.delete(group);
  }

  /** How long the group has had its current config, in milliseconds. */
  ageOf(group: string): number {
    return this.#now() - (this.#configs.get(group)?.since ?? this.#now());
  }

  /** How long ago the pod with this uid was notified of the config; undefined if it was not. */
  notifiedAgo(group: string, uid: string): number | undefined {
    const at = this.#notified.get(group)?.get(uid);
    return at === undefined ? undefined : this.#now() - at;
  }

  /** Whether the last reconcile did not notify all pods. */
  isNotifying(group: string): boolean {
    return this.#notifying.has(group);
  }

  markNotifying(group: string, isNotifying: boolean): void {
    if (isNotifying) this.#notifying.add(group);
    else this.#notifying.delete(group);
  }

  markNotified(group: string, uid: string): void {
    const notified = this.#notified.get(group) ?? new Map<string, number>();
    this.#notified.set(group, notified.set(uid, this.#now()));
  }

  forget(group: string): void {
    this.#configs.delete(group);
    this.#notified.delete(group);
    this.#notifying.delete(group);
  }
}
