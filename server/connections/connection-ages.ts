import type { Socket } from 'node:net';

/** How often a kept connection's address is compared with what its name resolves to. Milliseconds. */
const COMPARE_EVERY = 60_000;

interface Age {
  /** Which of the name's addresses it was made to; undefined where the peer is given by an address. */
  readonly address: string | undefined;
  /** Monotonic milliseconds. */
  replaceAt: number;
  compareAt: number;
}

/**
 * How long connections are kept. A kept connection works on while nobody could make a new one (most network plugins apply
 * policies to new connections only), after the name has moved on to other addresses, and after the peer's certificate has
 * expired.
 */
export class ConnectionAges {
  readonly #ages = new WeakMap<Socket, Age>();
  readonly #random: () => number;

  /** @param random from 0 to just under 1 */
  constructor(random: () => number) {
    this.#random = random;
  }

  /** A connection has been made. Connections made together are replaced spread over half of `maxAgeMs`. */
  note(socket: Socket, address: string | undefined, now: number, maxAgeMs: number): void {
    this.#ages.set(socket, {
      address,
      replaceAt: now + maxAgeMs * (1 - this.#random() / 2),
      compareAt: now + COMPARE_EVERY * (1 - this.#random() / 2),
    });
  }

  isTooOld(socket: Socket, now: number): boolean {
    const age = this.#ages.get(socket);
    return age !== undefined && now >= age.replaceAt;
  }

  /** @returns the address to compare with those of the peer's name now; undefined when it is not yet time, or there is no name */
  addressToCompare(socket: Socket, now: number): string | undefined {
    const age = this.#ages.get(socket);
    if (age?.address === undefined || now < age.compareAt) return undefined;
    age.compareAt = now + COMPARE_EVERY;
    return age.address;
  }

  /** From now on it is too old. */
  expire(socket: Socket): void {
    const age = this.#ages.get(socket);
    if (age) age.replaceAt = Number.NEGATIVE_INFINITY;
  }
}
