import { Socket } from 'node:net';
import { expect } from 'chai';
import { Connections } from '../../../../server/connections/connections.ts';
import type { Resolution } from '../../../../server/dns/resolver.ts';
import type { Peer } from '../../../../server/protocol/config.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { peerAt } from '../../../support/server/pings.ts';

const PEER = peerAt(80, { host: 'web-1' });
const MAX_AGE_MS = 300_000;

/** Connections whose idle ones are noted when they are closed, with a clock and chance in our hands. */
function connectionsWith(options: { random?: number; resolve?: () => Promise<Resolution> } = {}) {
  const clock = new FakeClock();
  const { random = 0, resolve = () => Promise.reject(new Error('nobody asks')) } = options;
  const context = { clock, random: () => random, resolve, maxAgeMs: () => MAX_AGE_MS };
  const connections = new Connections(true, { pins: new Map() }, context);
  return { connections, clock };
}

/** A kept connection that lies idle in its agent. */
function keep(connections: Connections, peer: Peer, address?: string): Socket {
  const socket = new Socket();
  connections.onConnected(socket, address);
  const free = connections.agentFor(peer, undefined).freeSockets as Record<string, Socket[]>;
  free[`${peer.host}:${peer.port}:`] = [socket];
  return socket;
}

describe('connections whose certificates are rotated', () => {
  it('are kept at first, and replaced at a moment of their own', async () => {
    const kept = new Socket();
    const { connections, clock } = connectionsWith({ random: 0.5 });
    const former = connections.agentFor(PEER, kept);
    connections.renew(true, { pins: new Map() }, [PEER]);
    await clock.advance(999);
    expect(connections.agentFor(PEER, kept)).to.equal(former);
    await clock.advance(1);
    expect(connections.agentFor(PEER, kept)).not.to.equal(former);
  });

  it('are new ones at once where none was kept', () => {
    const { connections } = connectionsWith();
    const former = connections.agentFor(PEER, undefined);
    connections.renew(true, { pins: new Map() }, [PEER]);
    expect(connections.agentFor(PEER, undefined)).not.to.equal(former);
  });
});

describe('kept connections', () => {
  for (const [random, ageMs] of [
    [0, MAX_AGE_MS],
    [0.5, 0.75 * MAX_AGE_MS],
  ] as const) {
    it(`are replaced after ${ageMs / 1_000} s, spread by chance`, async () => {
      const { connections, clock } = connectionsWith({ random });
      const kept = keep(connections, PEER);
      await clock.advance(ageMs - 1);
      connections.agentFor(PEER, kept);
      expect(kept.destroyed).to.equal(false);
      await clock.advance(1);
      connections.agentFor(PEER, kept);
      expect(kept.destroyed).to.equal(true);
    });
  }

  it('are replaced when their name has moved on, within a minute and a ping', async () => {
    const addresses = [{ address: '10.0.0.1', family: 4 as const }];
    const { connections, clock } = connectionsWith({ resolve: async () => ({ addresses }) });
    const kept = keep(connections, PEER, '10.0.0.1');
    await clock.advance(60_000);
    connections.agentFor(PEER, kept);
    await clock.advance(1_000);
    connections.agentFor(PEER, kept);
    expect(kept.destroyed, 'the address is the same').to.equal(false);
    addresses[0] = { address: '10.0.0.2', family: 4 };
    await clock.advance(60_000);
    connections.agentFor(PEER, kept);
    await clock.advance(0);
    connections.agentFor(PEER, kept);
    expect(kept.destroyed).to.equal(true);
  });

  it('are kept when the DNS server fails, or answers for one family only', async () => {
    const failure = Object.assign(new Error('no'), { code: 'ESERVFAIL' });
    const addresses = [{ address: '10.0.0.2', family: 4 as const }];
    for (const resolve of [() => Promise.reject(failure), async () => ({ addresses, incomplete: failure })]) {
      const { connections, clock } = connectionsWith({ resolve });
      const kept = keep(connections, PEER, '10.0.0.1');
      await clock.advance(60_000);
      connections.agentFor(PEER, kept);
      await clock.advance(0);
      connections.agentFor(PEER, kept);
      expect(kept.destroyed).to.equal(false);
    }
  });

  it('do not exist for a link that must not work', () => {
    const { connections } = connectionsWith();
    const agentOf = (peer: Peer) => connections.agentFor(peer, undefined) as unknown as { keepAlive: boolean };
    expect(agentOf({ ...PEER, expect: 'Unreachable' }).keepAlive).to.equal(false);
    expect(agentOf(PEER).keepAlive).to.equal(true);
  });
});
