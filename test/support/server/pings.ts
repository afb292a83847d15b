import { createSystemResolver } from '../../../server/dns/system-resolver.ts';
import { Ping } from '../../../server/ping/ping.ts';
import type { PingOptions } from '../../../server/ping/ping-options.ts';
import { pingTarget } from '../../../server/ping/ping-target.ts';
import { HttpProbeAgent } from '../../../server/ping/probe-agent.ts';
import type { Peer } from '../../../server/protocol/config.ts';
import { systemClock } from '../../../server/time/clock.ts';

const resolver = createSystemResolver();

/** A member of the group at this address, or another peer. */
export function peerAt(port: number, fields: Partial<Peer> = {}): Peer {
  const host = fields.host ?? '127.0.0.1';
  return {
    kind: 'member',
    name: 'web-1',
    url: `http://${host}:${port}/ping`,
    protocol: 'http',
    host,
    port,
    path: '/ping',
    expect: 'Reachable',
    ...fields,
  };
}

/** One ping from web-0, on a connection of its own unless an agent is given. */
export function sendPing(peer: Peer, options: Partial<PingOptions> = {}): Ping {
  return new Ping({
    peer,
    target: pingTarget(peer, { name: 'web-0', version: '1.2.3' }),
    agent: new HttpProbeAgent(),
    resolve: (host, everything) => resolver.resolve(host, everything),
    timeoutMs: 2_000,
    clock: systemClock,
    ...options,
  });
}
