import type { Peer } from '../protocol/config.ts';
import { Link, type LinkContext } from './link.ts';
import { phaseOf } from './schedule.ts';

/** All links of this server, and the difference that a new config makes to them. */
export class Links {
  readonly #context: LinkContext;
  readonly #links = new Map<string, Link>();
  /** Spreads this server's pings unlike those of its peers, 0 to 1. */
  readonly #offset: number;
  #added = 0;

  constructor(context: LinkContext, offset: number) {
    this.#context = context;
    this.#offset = offset;
  }

  [Symbol.iterator](): IterableIterator<Link> {
    return this.#links.values();
  }

  get size(): number {
    return this.#links.size;
  }

  get(name: string): Link | undefined {
    return this.#links.get(name);
  }

  /**
   * Pings exactly these peers from now on. A peer that stays keeps its state, its connection and its schedule; it stays
   * when its name, its URL, what is expected of it and what its certificate must be are what they were.
   *
   * @returns the names of those added and removed
   */
  set(peers: readonly Peer[]): { added: string[]; removed: string[] } {
    const wanted = new Map(peers.map((peer) => [peer.name, peer]));
    const removed: string[] = [];
    for (const [name, link] of this.#links) {
      const peer = wanted.get(name);
      if (peer && isSameLink(peer, link.peer)) {
        link.peer = peer;
        continue;
      }
      link.stop();
      this.#links.delete(name);
      if (!peer) removed.push(name);
    }
    const added: string[] = [];
    for (const [name, peer] of wanted) {
      if (this.#links.has(name)) continue;
      this.#links.set(name, new Link(peer, phaseOf(this.#added++, this.#offset), this.#context));
      added.push(name);
    }
    return { added, removed };
  }

  reschedule(): void {
    for (const link of this.#links.values()) link.reschedule();
  }

  /** Stops all links; resolves once the pings in flight have ended. */
  async finish(): Promise<void> {
    await Promise.all([...this.#links.values()].map((link) => link.finish()));
  }
}

function isSameLink(a: Peer, b: Peer): boolean {
  const { url, host, expect, acceptCert, serverName } = a;
  return (
    url === b.url &&
    host === b.host &&
    expect === b.expect &&
    acceptCert === b.acceptCert &&
    serverName === b.serverName
  );
}
