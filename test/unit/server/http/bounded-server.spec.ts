import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { expect } from 'chai';
import got from 'got';
import { TestServer, waitUntil } from '../../../support/server/test-server.ts';

describe('ping server under strange clients', function () {
  this.timeout(60_000);
  let server: TestServer;
  const sockets: Socket[] = [];

  beforeEach(async () => {
    // So long that no connection is closed for its slowness while a case opens others.
    const service = { limits: { connections: 20, requestTimeout: '30s' } };
    server = await TestServer.start({ name: 'web-0', service });
  });

  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    await server.stop();
  });

  function open(text = ''): Socket {
    const socket = connect(server.port, '127.0.0.1', () => socket.write(text)).on('error', () => socket.destroy());
    sockets.push(socket.resume());
    return socket;
  }

  /** All that have been opened are connected, and so accepted in the order in which they were opened. */
  const allOpen = () => waitUntil('all are open', () => sockets.every(({ connecting }) => !connecting));

  const ping = () => got(`http://127.0.0.1:${server.port}/ping`, { retry: { limit: 0 } }).text();

  it('closes a connection whose request does not come whole in time', async () => {
    await server.stop();
    server = await TestServer.start({ name: 'web-0', service: { limits: { requestTimeout: '300ms' } } });
    const slow = open('GET /ping HTTP/1.1\r\nhost: a\r\n');
    await waitUntil('it is closed', () => slow.destroyed);
  });

  it('answers pings while more connections are opened than it allows', async () => {
    for (let i = 0; i < 60; i++) open(i % 2 === 0 ? '' : 'GET /ping HTTP/1.1\r\n');
    await allOpen();
    for (let i = 0; i < 10; i++) expect(await ping()).to.equal('pong\n');
  });

  it('closes the connection that has been silent the longest first', async () => {
    const kept = open('GET /ping HTTP/1.1\r\nhost: a\r\n\r\n');
    await once(kept, 'data');
    for (let i = 0; i < 20; i++) open();
    await waitUntil('one is closed', () => sockets.some(({ destroyed }) => destroyed));
    expect(sockets.findIndex(({ destroyed }) => destroyed)).to.equal(1);
    expect(kept.destroyed).to.equal(false);
  });

  it('gives a new connection time for its request, though strangers hold all and open more', async () => {
    const strangers = Array.from({ length: 20 }, () => open('GET /ping HTTP/1.1\r\nhost: a\r\n\r\n'));
    await Promise.all(strangers.map((stranger) => once(stranger, 'data')));
    const peer = open();
    let answer = '';
    peer.on('data', (data) => {
      answer += data;
    });
    await allOpen();
    for (let i = 0; i < 9; i++) open();
    await allOpen();
    peer.write('GET /ping HTTP/1.1\r\nhost: a\r\n\r\n');
    await waitUntil('it is answered', () => answer.endsWith('pong\n'));
    await waitUntil('ten are closed', () => strangers.filter(({ destroyed }) => destroyed).length === 10);
  });

  it('answers 400 to what is no HTTP and goes on', async () => {
    const strange = open('\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 hello\r\n\r\n');
    await waitUntil('it is closed', () => strange.destroyed);
    expect(await ping()).to.equal('pong\n');
  });
});
