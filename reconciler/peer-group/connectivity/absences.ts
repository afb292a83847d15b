/**
 * Remembers when peers of a group entered a state whose start is not recorded in the cluster, such as having no pod.
 * A restart of the operator resets it.
 */
export class Absences {
  readonly #byGroup = new Map<string, ReadonlyMap<string, number>>();

  /**
   * @param absent names of the group's peers that are in this state now
   * @param now milliseconds since the epoch
   * @returns since when each of them has been, milliseconds since the epoch
   */
  note(group: string, absent: readonly string[], now: number): ReadonlyMap<string, number> {
    const before = this.#byGroup.get(group);
    const since = new Map(absent.map((name) => [name, before?.get(name) ?? now]));
    if (since.size > 0) this.#byGroup.set(group, since);
    else this.#byGroup.delete(group);
    return since;
  }

  forget(group: string): void {
    this.#byGroup.delete(group);
  }
}
