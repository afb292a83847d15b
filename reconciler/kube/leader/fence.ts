import { NotLeaderError } from '../errors.ts';

export interface Clocks {
  /** Milliseconds; stands still while a virtual machine is paused. */
  readonly monotonic: () => number;
  /** Milliseconds since the epoch; goes on then, but may be set. */
  readonly wall: () => number;
}

/** Says for each write whether the lease was renewed recently enough for it. */
export class LeaseFence {
  readonly #clocks: Clocks;
  readonly #validMs: number;
  readonly #graceMs: number;
  #renewed: { readonly monotonic: number; readonly wall: number } | undefined;

  /**
   * @param validMs for how long after a renewal was sent writes are allowed
   * @param graceMs for how much longer nobody else may lead
   */
  constructor(clocks: Clocks, validMs: number, graceMs: number) {
    this.#clocks = clocks;
    this.#validMs = validMs;
    this.#graceMs = graceMs;
  }

  /** A renewal that was sent at this moment has succeeded. */
  renewed(at: { readonly monotonic: number; readonly wall: number }): void {
    this.#renewed = at;
  }

  /** From now on nothing is written any more. */
  close(): void {
    this.#renewed = undefined;
  }

  /** Milliseconds for which writes are allowed, by whichever clock has gone further; 0 or less: none. */
  leftMs(): number {
    if (this.#renewed === undefined) return 0;
    const { monotonic, wall } = this.#clocks;
    const elapsed = Math.max(monotonic() - this.#renewed.monotonic, wall() - this.#renewed.wall);
    return this.#validMs - elapsed;
  }

  /** A write that is sent now ends before another process may lead. */
  deadlineMs(): number {
    return this.leftMs() + this.#graceMs;
  }

  /** @throws NotLeaderError unless this process leads */
  check(): void {
    if (this.leftMs() <= 0) throw new NotLeaderError('not sent: this process does not hold the lease');
  }
}
