/** When a reboot of each node was observed: its bootID changed. */
export class BootClock {
  readonly #boots = new Map<string, { readonly id: string; readonly changedAt?: number }>();

  /** @param now milliseconds on a clock that never goes back */
  observe(node: string, bootId: string, now: number): void {
    const known = this.#boots.get(node);
    if (bootId === '' || known?.id === bootId) return;
    this.#boots.set(node, { id: bootId, ...(known && { changedAt: now }) });
  }

  forget(node: string): void {
    this.#boots.delete(node);
  }

  /** Milliseconds since then; undefined: no reboot was observed. */
  rebootedMs(node: string, now: number): number | undefined {
    const changedAt = this.#boots.get(node)?.changedAt;
    return changedAt === undefined ? undefined : now - changedAt;
  }
}
