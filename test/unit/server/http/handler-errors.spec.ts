import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import got from 'got';
import { createAdminApp } from '../../../../server/http/admin-app.ts';
import { createPingApp } from '../../../../server/http/ping-app.ts';
import { ChangeSignal } from '../../../../server/report/change-signal.ts';

const fail = (): never => {
  throw new TypeError('the histogram has no buckets');
};

describe("an error of a peer's own handler", () => {
  const lines: string[] = [];
  const onFailure = (message: string) => void lines.push(message);
  const pingApp = createPingApp({
    ...{ name: () => 'web-0', draining: () => false, onPing: fail, brief: fail },
    ...{ changes: new ChangeSignal(), onFailure },
  });
  const adminApp = createAdminApp({ ready: () => true, report: fail, metrics: async () => fail(), onFailure });
  const servers = { ping: createServer(pingApp.callback()), admin: createServer(adminApp.callback()) };

  before(async () => {
    for (const server of Object.values(servers)) await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  });
  beforeEach(() => {
    lines.length = 0;
  });
  after(() => {
    for (const server of Object.values(servers)) server.close().closeAllConnections();
  });

  const port = (name: keyof typeof servers) => (servers[name].address() as AddressInfo).port;
  const ask = (name: keyof typeof servers, path: string, method: 'GET' | 'POST' = 'GET') =>
    got(`http://127.0.0.1:${port(name)}${path}`, { method, throwHttpErrors: false, retry: { limit: 0 } });

  for (const [name, path] of [
    ['ping', '/ping'],
    ['ping', '/report/brief'],
    ['admin', '/report'],
    ['admin', '/metrics'],
  ] as const) {
    it(`of ${path} gives 500 without its text, and one line`, async () => {
      const { statusCode, body } = await ask(name, path);
      expect([statusCode, body]).to.deep.equal([500, 'Internal Server Error']);
      expect(lines).to.deep.equal([`Request GET ${path} failed: TypeError: the histogram has no buckets`]);
    });
  }

  it('that comes again and again is told at every power of two', async () => {
    for (let i = 0; i < 9; i++) await ask('admin', '/report');
    // The one of the case above was the first.
    expect(lines.map((line) => / \((\d+) times\)$/.exec(line)?.[1])).to.deep.equal(['2', '4', '8']);
  });

  it('is not what a client does: a wrong path or method, a connection that it resets', async () => {
    await ask('ping', '/nothing');
    await ask('admin', '/livez', 'POST');
    for (const code of ['ECONNRESET', 'EPIPE']) adminApp.emit('error', Object.assign(new Error('closed'), { code }));
    expect(lines).to.deep.equal([]);
  });
});
