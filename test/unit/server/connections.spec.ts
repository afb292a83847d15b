import { Socket } from 'node:net';
import { expect } from 'chai';
import type { Peer } from '../../../server/config/config.ts';
import { Connections } from '../../../server/connections.ts';
import { waitUntil } from '../../support/server/test-server.ts';

const PEER: Peer = {
  ...{ name: 'web-1', kind: 'member', protocol: 'http', host: 'web-1', port: 80, path: '/ping' },
  ...{ url: 'http://web-1:80/ping', expect: 'Reachable' },
};

describe('connections whose certificates are rotated', function () {
  this.timeout(10_000);

  it('are kept at first, and replaced at a moment of their own', async () => {
    const kept = new Socket();
    const connections = new Connections(true, { pins: new Map() });
    const former = connections.agentFor(PEER, kept);
    connections.renew(true, { pins: new Map() }, [PEER]);
    expect(connections.agentFor(PEER, kept)).to.equal(former);
    await waitUntil('it is replaced', () => connections.agentFor(PEER, kept) !== former);
  });

  it('are new ones at once where none was kept', () => {
    const connections = new Connections(true, { pins: new Map() });
    const former = connections.agentFor(PEER, undefined);
    connections.renew(true, { pins: new Map() }, [PEER]);
    expect(connections.agentFor(PEER, undefined)).not.to.equal(former);
  });
});
