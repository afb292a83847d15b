/** When each node was seen to have booted anew: its bootID became another one. */
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

  /** Milliseconds since then; undefined: it has not, as far as we know. */
  rebootedMs(node: string, now: number): number | undefined {
    const changedAt = this.#boots.get(node)?.changedAt;
    return changedAt === undefined ? undefined : now - changedAt;
  }
}
