import { expect } from 'chai';
import got from 'got';
import { FakeClock } from '../../support/fake-clock.ts';
import { TestServer, waitUntil } from '../../support/server/test-server.ts';

/** A client that shows every answer as it is. */
const http = got.extend({
  retry: { limit: 0 },
  followRedirect: false,
  throwHttpErrors: false,
  timeout: { request: 30_000 },
});

describe('ping server', function () {
  this.timeout(60_000);
  let server: TestServer;

  beforeEach(async () => {
    server = await TestServer.start({ name: 'web-0', ping: { interval: '100ms' } });
  });

  afterEach(() => server.stop());

  const url = (path: string) => `http://127.0.0.1:${server.port}${path}`;

  it('answers pong and a newline as UTF-8 text with its name', async () => {
    const { body, headers, statusCode } = await http(url('/ping'));
    expect({ statusCode, body }).to.deep.equal({ statusCode: 200, body: 'pong\n' });
    expect(headers).to.include({ 'content-type': 'text/plain; charset=utf-8', 'x-responder': 'web-0' });
  });

  it('answers 404 to unknown paths and 405 to other methods', async () => {
    expect((await http(url('/pings'))).statusCode).to.equal(404);
    expect((await http.post(url('/ping'))).statusCode).to.equal(405);
  });

  it('answers 431 to headers and URLs that are too long', async () => {
    expect((await http(url(`/ping?${'x'.repeat(20_000)}`))).statusCode).to.equal(431);
    expect((await http(url('/ping'), { headers: { long: 'x'.repeat(20_000) } })).statusCode).to.equal(431);
  });

  it('is ready and alive', async () => {
    expect((await http(`${server.adminUrl}/readyz`)).statusCode).to.equal(200);
    expect((await http(`${server.adminUrl}/livez`)).statusCode).to.equal(200);
  });

  it('says draining to whoever pings while it shuts down, and is not ready', async () => {
    const stopped = server.server.stop(true);
    const { statusCode, headers } = await http(url('/ping'));
    expect(statusCode).to.equal(503);
    expect(headers).to.include({ 'x-rollcall-state': 'draining', 'x-responder': 'web-0', connection: 'close' });
    expect((await http(`${server.adminUrl}/readyz`)).statusCode).to.equal(503);
    await stopped;
  });

  describe('brief report', () => {
    it('has the size of what is not Up, whatever the number of peers', async () => {
      const clock = new FakeClock();
      await server.stop();
      server = await TestServer.start({ name: 'web-0' }, { clock });
      const { port } = server;
      const members = Array.from({ length: 200 }, (_, i) => ({ name: `p-${i}`, host: '127.0.0.1', port }));
      const peers = [...members, { name: 'wrong', url: `http://127.0.0.1:${port}/nowhere` }];
      server.rewrite({ name: 'web-0', ping: { interval: '1s' }, peers });
      await waitUntil('the config is loaded', async () => {
        await clock.advance(50);
        return server.report.peers.length === 201;
      });
      for (let pings = 1; pings <= 3; pings++) {
        // Nothing times out meanwhile, however busy the machine is.
        await clock.advance(1_000);
        await waitUntil('all have answered', () => server.report.peers.every(({ ok, failed }) => ok + failed >= pings));
      }
      const { body } = await http(url('/report/brief'));
      const brief = JSON.parse(body);
      expect(body.length).to.be.lessThan(2_000);
      expect(brief.counts).to.deep.equal({ links: 201, up: 200, down: 1, pending: 0, unresolved: 0 });
      expect(brief.notUp).to.have.lengthOf(1);
      expect(brief.notUp[0]).to.include({ peer: 'wrong', state: 'Down', phase: 'response', code: 'BAD_STATUS' });
      expect(brief.config.hash).to.match(/^[0-9a-f]{16}$/);
      expect(brief.worst.peer).to.match(/^p-/);
    });

    it('answers 304 after the wait when nothing has changed', async () => {
      const clock = new FakeClock();
      await server.stop();
      server = await TestServer.start({ name: 'web-0', ping: { interval: '1h' } }, { clock });
      const { headers } = await http(url('/report/brief'));
      const timers = clock.pending;
      const waiting = http(url('/report/brief?wait=30s'), { headers: { 'if-none-match': headers.etag } });
      let isAnswered = false;
      const answered = waiting.then(() => {
        isAnswered = true;
      });
      await waitUntil('it waits', () => clock.pending > timers);
      await clock.advance(29_999);
      expect(isAnswered).to.equal(false);
      await clock.advance(1);
      await answered;
      expect((await waiting).statusCode).to.equal(304);
    });

    it('answers at once when something has changed already', async () => {
      // The client gives up long before.
      const { statusCode } = await http(url('/report/brief?wait=60s'), { headers: { 'if-none-match': '"older"' } });
      expect(statusCode).to.equal(200);
    });

    it('answers a waiting request as soon as something changes', async () => {
      const { headers } = await http(url('/report/brief'));
      // Whether it waits already or comes after the change: it is answered for the change, long before the minute is over.
      const waiting = http(url('/report/brief?wait=60s'), { headers: { 'if-none-match': headers.etag } });
      server.rewrite({ name: 'web-0', ping: { interval: '100ms' }, peers: [{ host: 'localhost', port: server.port }] });
      const { statusCode, body } = await waiting;
      expect(statusCode).to.equal(200);
      expect(JSON.parse(body).counts.links).to.equal(1);
    });

    it('refuses a wait that is no duration', async () => {
      expect((await http(url('/report/brief?wait=long'))).statusCode).to.equal(400);
    });

    it('lets no more than 64 requests wait at once', async () => {
      const { headers } = await http(url('/report/brief'));
      const codes: number[] = [];
      const wait = async () => {
        const { statusCode } = await http(url('/report/brief?wait=60s'), {
          headers: { 'if-none-match': headers.etag },
        });
        codes.push(statusCode);
      };
      const all = Promise.all(Array.from({ length: 70 }, wait));
      await waitUntil('six are refused', () => codes.length === 6);
      expect(new Set(codes)).to.deep.equal(new Set([429]));
      server.rewrite({ name: 'web-0', ping: { interval: '200ms' } });
      await all;
      expect(codes.filter((code) => code === 200)).to.have.lengthOf(64);
    });
  });
});
