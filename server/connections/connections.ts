import type { Agent } from 'node:http';
import type { Socket } from 'node:net';
import type { TlsMaterial } from '../config/material.ts';
import type { Resolution } from '../dns/resolver.ts';
import type { Peer } from '../protocol/config.ts';
import type { Clock } from '../time/clock.ts';
import { AgentSet } from './agent-set.ts';
import { ConnectionAges } from './connection-ages.ts';

/** After a rotation, kept connections are replaced at this pace, lest hundreds of handshakes delay the pings. */
const RENEWALS_PER_SECOND = 20;
/**
 * All peers of a group get new certificates in the same moment, in which their kubelets are busy too: each begins at a moment of
 * its own within this time. Milliseconds.
 */
const RENEWALS_BEGIN_WITHIN = 2_000;

/** What connections need of the server that makes them. */
export interface ConnectionsContext {
  readonly clock: Clock;
  /** From 0 to just under 1. */
  readonly random: () => number;
  readonly resolve: (host: string, everything: boolean) => Promise<Resolution>;
  /** For how long a connection is kept at most. */
  maxAgeMs(): number;
}

/**
 * The connections on which pings go out. A kept one is replaced when it is too old or its name has moved on to other addresses. When
 * certificates are rotated, every new connection uses the new ones, and kept ones are replaced one after the other. A ping under
 * way ends on the connection on which it started.
 */
export class Connections {
  readonly #context: ConnectionsContext;
  readonly #ages: ConnectionAges;
  #current: AgentSet;
  /** What was current before the rotation, until no kept connection of it is needed. */
  #former: AgentSet | undefined;
  /** Peers that still have a kept connection of the former set, by name. */
  #waiting = new Set<string>();
  #nextRenewal = 0;

  constructor(reuse: boolean, material: TlsMaterial, context: ConnectionsContext) {
    this.#context = context;
    this.#ages = new ConnectionAges(context.random);
    this.#current = new AgentSet(reuse, material);
  }

  /** @param kept the peer's connection from its last ping, if it is still open */
  agentFor(peer: Peer, kept: Socket | undefined): Agent {
    const now = this.#context.clock.now();
    if (kept && this.#ages.isTooOld(kept, now)) {
      this.closeIdle(peer, kept);
      return this.#current.agentFor(peer);
    }
    if (kept) this.#compareAddress(peer, kept, now);
    if (!this.#former || !this.#waiting.has(peer.name)) return this.#current.agentFor(peer);
    if (kept && now < this.#nextRenewal) return this.#former.agentFor(peer);
    this.#nextRenewal = now + 1_000 / RENEWALS_PER_SECOND;
    this.#waiting.delete(peer.name);
    if (kept) this.#former.closeIdle(peer, kept);
    return this.#current.agentFor(peer);
  }

  /** @param address which of its name's addresses it was made to */
  onConnected(socket: Socket, address: string | undefined): void {
    this.#ages.note(socket, address, this.#context.clock.now(), this.#context.maxAgeMs());
  }

  /** A kept connection turned out to have ended. @returns the agent for a new one */
  agentForNew(peer: Peer): Agent {
    this.#waiting.delete(peer.name);
    this.#current.closeAllIdle(peer);
    return this.#current.agentFor(peer);
  }

  /** From now on these certificates count. */
  renew(reuse: boolean, material: TlsMaterial, peers: Iterable<Peer>): void {
    this.#former?.retire();
    this.#former = this.#current;
    this.#current = new AgentSet(reuse, material);
    this.#waiting = new Set(Array.from(peers, ({ name }) => name));
    this.#nextRenewal = this.#context.clock.now() + this.#context.random() * RENEWALS_BEGIN_WITHIN;
  }

  /** Closes a peer's kept connection, unless a ping is under way on it. */
  closeIdle(peer: Peer, socket: Socket): void {
    this.#waiting.delete(peer.name);
    this.#former?.closeIdle(peer, socket);
    this.#current.closeIdle(peer, socket);
  }

  /** Closes what is idle, and what is in use once it is idle. */
  retire(): void {
    this.#former?.retire();
    this.#current.retire();
  }

  /** Beside the ping, which it doesn't delay. A DNS server that fails is no reason to give up a connection that works. */
  #compareAddress(peer: Peer, kept: Socket, now: number): void {
    const address = this.#ages.addressToCompare(kept, now);
    if (address === undefined) return;
    this.#context.resolve(peer.host, true).then(
      ({ addresses, incomplete }) => {
        if (incomplete || addresses.some((known) => known.address === address)) return;
        this.#ages.expire(kept);
      },
      () => {},
    );
  }
}
