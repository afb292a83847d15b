/**
 * Since when each of some peers of a group has been in a state whose begin nothing in the cluster tells, such as having no pod.
 * After a restart of the operator it begins anew.
 */
export class Absences {
  readonly #byGroup = new Map<string, ReadonlyMap<string, number>>();

  /**
   * @param absent names of the group's peers that have none now
   * @param now milliseconds since the epoch
   * @returns since when each of them has been without, milliseconds since the epoch
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
