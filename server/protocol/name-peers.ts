import { isIP } from 'node:net';
import type { Peer } from './config.ts';

/** A peer that may still need a name. */
export interface UnnamedPeer extends Omit<Peer, 'name'> {
  /** As the file gives it. */
  readonly name?: string;
  /** What the peer is called when the file doesn't name it and no other such peer has the same host. */
  readonly shortName: string;
}

/**
 * Names all peers that the file leaves unnamed. Several with one host, such as the ports of one machine, are told apart
 * as `host:port`.
 */
export function namePeers(peers: readonly UnnamedPeer[]): Peer[] {
  const counts = new Map<string, number>();
  for (const peer of peers) {
    if (peer.name === undefined) counts.set(keyOf(peer), (counts.get(keyOf(peer)) ?? 0) + 1);
  }
  return peers.map((peer) => {
    const { shortName, ...rest } = peer;
    const name = peer.name ?? (counts.get(keyOf(peer))! > 1 ? hostAndPort(peer) : shortName);
    return Object.freeze({ ...rest, name });
  });
}

/** The first label of a host's name; an address as it is. */
export function shortNameOf(host: string): string {
  return isIP(host) === 0 ? host.split('.')[0]! : host;
}

function keyOf({ shortName, host }: UnnamedPeer): string {
  return `${shortName} ${absolute(host)}`;
}

function hostAndPort({ host, port }: UnnamedPeer): string {
  return `${isIP(host) === 6 ? `[${host}]` : absolute(host)}:${port}`;
}

function absolute(host: string): string {
  return host.replace(/\.$/, '');
}
