import type { Socket } from 'node:net';
import { expect } from 'chai';
import type { PingResult } from '../../../../server/ping/ping-result.ts';
import { HttpProbeAgent, HttpsProbeAgent } from '../../../../server/ping/probe-agent.ts';
import { createCertificate } from '../../../support/server/certificates.ts';
import { peerAt, sendPing } from '../../../support/server/pings.ts';
import { PONG, RawTarget } from '../../../support/server/raw-target.ts';

describe('a ping on a kept connection', () => {
  let target: RawTarget;

  afterEach(() => target.stop());

  async function listen(...args: Parameters<typeof RawTarget.start>): Promise<number> {
    target = await RawTarget.start(...args);
    return target.port;
  }

  /** Two pings, one after the other, over one agent. @returns the second one's result, and how often it started over */
  async function second(port: number, agent = new HttpProbeAgent({ keepAlive: true }), protocol = 'http' as const) {
    let stale = 0;
    const onStale = () => {
      stale++;
      return agent;
    };
    const peer = peerAt(port, { protocol });
    const first = await sendPing(peer, { agent, onStale }).result;
    expect(first.kind).to.equal('reply');
    // The connection is put back when the event loop comes to it.
    await new Promise((resolve) => setImmediate(resolve));
    const result: PingResult = await sendPing(peer, { agent, onStale }).result;
    return { result, stale };
  }

  const closings: Record<string, (socket: Socket) => void> = {
    'is closed': (socket) => socket.end(),
    'is reset': (socket) => socket.resetAndDestroy(),
  };

  for (const [what, close] of Object.entries(closings)) {
    it(`that ${what} when it is used again starts over on a new one, and only that counts`, async () => {
      const port = await listen((socket, request) => (request === 1 ? socket.write(PONG) : close(socket)));
      const { result, stale } = await second(port);
      expect(result).to.include({ kind: 'reply', body: 'pong\n' });
      expect(result.phases).to.have.all.keys('tcp', 'firstByte');
      expect({ stale, connections: target.connections }).to.deep.equal({ stale: 1, connections: 2 });
    });
  }

  it('starts over over TLS too, whose closing is a message of its own', async () => {
    const { certificate, privateKey } = createCertificate('web-1');
    const port = await listen((socket, request) => (request === 1 ? socket.write(PONG) : socket.end()), {
      cert: certificate,
      key: privateKey,
    });
    const agent = new HttpsProbeAgent({ keepAlive: true, ca: certificate, maxCachedSessions: 0 });
    const { result, stale } = await second(port, agent, 'https' as 'http');
    expect(result).to.include({ kind: 'reply' });
    expect({ stale, connections: target.connections }).to.deep.equal({ stale: 1, connections: 2 });
  });

  it('starts over once: what a new connection does counts', async () => {
    let requests = 0;
    const port = await listen((socket) => (++requests === 1 ? socket.write(PONG) : socket.end()));
    const { result, stale } = await second(port);
    expect(result).to.include({ kind: 'failure', phase: 'firstByte', code: 'ECONNRESET' });
    expect({ stale, connections: target.connections }).to.deep.equal({ stale: 1, connections: 2 });
  });

  it('does not start over once anything has come back', async () => {
    const port = await listen((socket, request) => (request === 1 ? socket.write(PONG) : socket.end('HTTP/1.1 2')));
    const { result, stale } = await second(port);
    expect(result).to.include({ kind: 'failure' });
    expect({ stale, connections: target.connections }).to.deep.equal({ stale: 0, connections: 1 });
  });

  it('does not start over when no answer comes in time: a question was asked', async () => {
    const port = await listen((socket, request) => void (request === 1 && socket.write(PONG)));
    const agent = new HttpProbeAgent({ keepAlive: true });
    await sendPing(peerAt(port), { agent }).result;
    await new Promise((resolve) => setImmediate(resolve));
    const onStale = () => expect.fail('it was asked');
    const { result } = sendPing(peerAt(port), { agent, onStale, timeoutMs: 50 });
    expect(await result).to.include({ kind: 'failure', phase: 'firstByte', code: 'TIMEOUT' });
  });
});
