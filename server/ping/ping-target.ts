import { isIP } from 'node:net';
import type { Peer } from '../protocol/config.ts';
import { REQUESTER_HEADER } from '../protocol/headers.ts';

/** The parts of a peer's requests that are the same for every ping. */
export interface PingTarget {
  /** The peer is given by an address: there is no name to resolve. */
  readonly isAddress: boolean;
  /** Names and values in turn, which Node.js takes as they are. */
  readonly headers: readonly string[];
  /** What its certificate must carry; empty for an address. */
  readonly servername?: string;
}

/** Who pings. */
export interface Requester {
  readonly name: string;
  readonly version: string;
}

/** Only members of the group are told who asks: others get the program's name. */
export function pingTarget(peer: Peer, requester: Requester): PingTarget {
  // Certificates and servers carry names without the dot that makes a name absolute.
  const host = peer.host.replace(/\.$/, '');
  const defaultPort = peer.protocol === 'https' ? 443 : 80;
  const authority = isIP(host) === 6 ? `[${host}]` : host;
  return {
    isAddress: isIP(peer.host) !== 0,
    headers: [
      ...['host', peer.port === defaultPort ? authority : `${authority}:${peer.port}`],
      ...['user-agent', `rollcall/${requester.version}`],
      ...(peer.kind === 'member' ? [REQUESTER_HEADER, requester.name] : []),
    ],
    ...(peer.protocol === 'https' && { servername: peer.serverName ?? (isIP(host) === 0 ? host : '') }),
  };
}
