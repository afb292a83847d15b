import { connect, type NetConnectOpts, type Socket } from 'node:net';
import type { Address } from '../dns/resolver.ts';
import type { Clock, Timer } from '../time/clock.ts';

/** Milliseconds between the starts of two attempts (RFC 8305, Connection Attempt Delay). */
const STAGGER_MS = 250;

/** Connecting to one address. Without an error it has not ended. */
export interface Attempt {
  readonly address: string;
  error?: NodeJS.ErrnoException;
}

export interface RaceOptions {
  readonly port: number;
  /** All addresses at once, instead of one after the other. */
  readonly together: boolean;
  readonly clock: Clock;
  /** `net.connect`, or a test's. */
  readonly open?: (options: NetConnectOpts) => Socket;
  /** The first connection that is made; the other attempts have been given up. */
  connected(socket: Socket, address: string): void;
  /** Every attempt has failed. */
  failed(): void;
}

/**
 * Connects to all addresses of a name; the first connection counts. Attempts start a quarter of a second apart, or at once
 * when none is running, and each runs until it ends or the race is canceled. Node.js's own (`autoSelectFamily`) gives up each attempt
 * when the next one starts, so it calls a slow address unreachable.
 */
export class HappyEyeballs {
  /** In the order in which they started. */
  readonly attempts: Attempt[] = [];
  readonly #addresses: readonly Address[];
  readonly #options: RaceOptions;
  readonly #sockets = new Set<Socket>();
  #timer: Timer | undefined;

  constructor(addresses: readonly Address[], options: RaceOptions) {
    this.#addresses = addresses;
    this.#options = options;
    do this.#startNext();
    while (options.together && this.attempts.length < addresses.length);
  }

  /** How many addresses have not been tried. */
  get untried(): number {
    return this.#addresses.length - this.attempts.length;
  }

  /** Gives up every attempt. */
  cancel(): void {
    this.#options.clock.clearTimeout(this.#timer);
    for (const socket of this.#sockets) socket.destroy();
    this.#sockets.clear();
  }

  #startNext(): void {
    const { port, clock, open = connect } = this.#options;
    const { address, family } = this.#addresses[this.attempts.length]!;
    const attempt: Attempt = { address };
    this.attempts.push(attempt);
    const socket = open({ host: address, port, family, noDelay: true });
    this.#sockets.add(socket);
    socket.once('connect', () => this.#win(socket, address));
    // Stays for the socket's life: whoever takes it over has listeners of their own, but maybe a moment too late.
    socket.on('error', (error) => this.#lose(socket, attempt, error));
    clock.clearTimeout(this.#timer);
    if (this.untried > 0) this.#timer = clock.setTimeout(() => this.#startNext(), STAGGER_MS);
  }

  #win(socket: Socket, address: string): void {
    if (!this.#sockets.delete(socket)) return;
    this.cancel();
    this.#options.connected(socket, address);
  }

  #lose(socket: Socket, attempt: Attempt, error: NodeJS.ErrnoException): void {
    if (!this.#sockets.delete(socket)) return;
    attempt.error = error;
    if (this.#sockets.size > 0) return;
    if (this.untried > 0) this.#startNext();
    else this.#options.failed();
  }
}
