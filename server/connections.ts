import type { Agent } from 'node:http';
import type { Socket } from 'node:net';
import { AgentSet } from './agent-set.ts';
import type { Peer } from './config/config.ts';
import type { TlsMaterial } from './config/material.ts';

/** After a rotation, kept connections are replaced at this pace, lest hundreds of handshakes delay the pings. */
const RENEWALS_PER_SECOND = 20;
/**
 * All peers of a group get new certificates in the same moment, in which their kubelets are busy too: each begins at a moment of
 * its own within this time. Milliseconds.
 */
const RENEWALS_BEGIN_WITHIN = 2_000;

/**
 * The connections on which pings go out. When certificates are rotated, every new connection uses the new ones, and kept
 * ones are replaced one after the other. A ping under way ends on the connection on which it started.
 */
export class Connections {
  #current: AgentSet;
  /** What was current before the rotation, until no kept connection of it is needed. */
  #former: AgentSet | undefined;
  /** Peers that still have a kept connection of the former set, by name. */
  #waiting = new Set<string>();
  #nextRenewal = 0;

  constructor(reuse: boolean, material: TlsMaterial) {
    this.#current = new AgentSet(reuse, material);
  }

  /** @param kept the peer's connection from its last ping, if it is still open */
  agentFor(peer: Peer, kept: Socket | undefined): Agent {
    if (!this.#former || !this.#waiting.has(peer.name)) return this.#current.agentFor(peer);
    const now = performance.now();
    if (kept && now < this.#nextRenewal) return this.#former.agentFor(peer);
    this.#nextRenewal = now + 1_000 / RENEWALS_PER_SECOND;
    this.#waiting.delete(peer.name);
    if (kept) this.#former.closeIdle(peer, kept);
    return this.#current.agentFor(peer);
  }

  /** From now on these certificates count. */
  renew(reuse: boolean, material: TlsMaterial, peers: Iterable<Peer>): void {
    this.#former?.retire();
    this.#former = this.#current;
    this.#current = new AgentSet(reuse, material);
    this.#waiting = new Set(Array.from(peers, ({ name }) => name));
    this.#nextRenewal = performance.now() + Math.random() * RENEWALS_BEGIN_WITHIN;
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
}
