import type { Socket } from 'node:net';
import type { Resolution } from '../dns/resolver.ts';
import { Ping } from '../ping/ping.ts';
import { type PingTarget, pingTarget, type Requester } from '../ping/ping-target.ts';
import type { Peer } from '../protocol/config.ts';
import type { Clock } from '../time/clock.ts';
import type { Connections } from './connections.ts';

/** What sending pings needs of the server. */
export interface PingSenderContext {
  readonly connections: Connections;
  readonly clock: Clock;
  readonly resolve: (host: string, everything: boolean) => Promise<Resolution>;
  readonly requester: () => Requester;
  readonly timeoutMs: () => number;
  /** A kept connection had ended before the ping on it was answered with a single byte. */
  readonly onStale: () => void;
}

/** Sends pings on the connections of this server. */
export class PingSender {
  readonly #context: PingSenderContext;
  /** Of the peers of the present config. */
  readonly #targets = new WeakMap<Peer, PingTarget>();

  constructor(context: PingSenderContext) {
    this.#context = context;
  }

  /** @param kept the connection of the last ping, if it is still open */
  send(peer: Peer, kept: Socket | undefined): Ping {
    const { connections, clock, resolve, timeoutMs, onStale } = this.#context;
    return new Ping({
      peer,
      target: this.#targetOf(peer),
      agent: connections.agentFor(peer, kept),
      onStale: () => {
        onStale();
        return connections.agentForNew(peer);
      },
      onConnected: (socket, address) => connections.onConnected(socket, address),
      resolve,
      timeoutMs: timeoutMs(),
      clock,
    });
  }

  #targetOf(peer: Peer): PingTarget {
    let target = this.#targets.get(peer);
    if (!target) {
      target = pingTarget(peer, this.#context.requester());
      this.#targets.set(peer, target);
    }
    return target;
  }
}
