import { connect, type Socket } from 'node:net';
import { expect } from 'chai';
import got from 'got';
import { sleep, TestServer, waitUntil } from '../../support/server/test-server.ts';

describe('ping server under strange clients', function () {
  this.timeout(60_000);
  let server: TestServer;
  const sockets: Socket[] = [];

  beforeEach(async () => {
    const service = { limits: { connections: 20, requestTimeout: '300ms' } };
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

  const ping = () => got(`http://127.0.0.1:${server.port}/ping`, { retry: { limit: 0 } }).text();

  it('closes a connection whose request does not come whole in time', async () => {
    const slow = open('GET /ping HTTP/1.1\r\nhost: a\r\n');
    await waitUntil('it is closed', () => slow.destroyed);
  });

  it('answers pings while more connections are opened than it allows', async () => {
    for (let i = 0; i < 60; i++) open(i % 2 === 0 ? '' : 'GET /ping HTTP/1.1\r\n');
    await sleep(50);
    for (let i = 0; i < 10; i++) expect(await ping()).to.equal('pong\n');
  });

  it('closes the connection that has been silent the longest first', async () => {
    const kept = open('GET /ping HTTP/1.1\r\nhost: a\r\n\r\n');
    await sleep(50);
    for (let i = 0; i < 19; i++) open();
    await sleep(50);
    open();
    await sleep(50);
    expect(kept.destroyed).to.equal(false);
    expect(sockets[1]?.destroyed).to.equal(true);
  });

  it('gives a new connection time for its request, though strangers hold all and open more', async () => {
    for (let i = 0; i < 20; i++) open('GET /ping HTTP/1.1\r\nhost: a\r\n\r\n');
    await sleep(50);
    const peer = open();
    let answer = '';
    peer.on('data', (data) => {
      answer += data;
    });
    await sleep(20);
    for (let i = 0; i < 9; i++) open();
    await sleep(50);
    peer.write('GET /ping HTTP/1.1\r\nhost: a\r\n\r\n');
    await waitUntil('it is answered', () => answer.endsWith('pong\n'));
    expect(sockets.slice(0, 20).filter(({ destroyed }) => destroyed)).to.have.length(10);
  });

  it('answers 400 to what is no HTTP and goes on', async () => {
    const strange = open('\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 hello\r\n\r\n');
    await waitUntil('it is closed', () => strange.destroyed);
    expect(await ping()).to.equal('pong\n');
  });
});
