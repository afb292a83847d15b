import type { Agent, RequestOptions } from 'node:http';
import type { Socket } from 'node:net';
import type { Resolution } from '../dns/resolver.ts';
import type { Peer } from '../protocol/config.ts';
import type { Clock } from '../time/clock.ts';
import type { PingTarget } from './ping-target.ts';
import type { ProbeRequestOptions } from './probe-agent.ts';

const MAX_HEADER_BYTES = 8_192;

/** What a ping needs. */
export interface PingOptions {
  readonly peer: Peer;
  readonly target: PingTarget;
  readonly agent: Agent;
  /**
   * A kept connection had ended before the question reached anybody. @returns the agent for a new connection; undefined where
   * a kept one is not to be expected
   */
  readonly onStale?: () => Agent;
  /** A new connection is there to be used. @param address which of the name's addresses it was made to */
  readonly onConnected?: (socket: Socket, address: string | undefined) => void;
  /** @param everything wait for the answers about both address families */
  readonly resolve: (host: string, everything: boolean) => Promise<Resolution>;
  readonly timeoutMs: number;
  readonly clock: Clock;
}

/** @param connect makes the connection, where the agent needs a new one */
export function requestOptions(
  { peer, target }: Pick<PingOptions, 'peer' | 'target'>,
  agent: Agent,
  connect: ProbeRequestOptions['connect'],
): RequestOptions & ProbeRequestOptions {
  return {
    host: peer.host,
    port: peer.port,
    path: peer.path,
    agent,
    maxHeaderSize: MAX_HEADER_BYTES,
    headers: target.headers,
    connect,
    ...(target.servername !== undefined && { servername: target.servername }),
  } as RequestOptions & ProbeRequestOptions;
}
