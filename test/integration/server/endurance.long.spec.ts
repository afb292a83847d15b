import { readFileSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { expect } from 'chai';
import got from 'got';
import { fuzzConfigs, fuzzRequests } from '../../support/server/fuzz.ts';
import { ProcessServer } from '../../support/server/process-server.ts';
import { startTarget, type Target } from '../../support/server/targets.ts';
import { sleep, type TestReport, temporaryFolder, waitUntil } from '../../support/server/test-server.ts';

const anyPort = { host: '127.0.0.1', port: 0 };
const MEBIBYTE = 2 ** 20;

describe('a peer process that is put to the test', function () {
  this.timeout(600_000);
  const folder = temporaryFolder();
  const servers: ProcessServer[] = [];
  const targets: Target[] = [];

  after(() => folder.remove());

  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => server.stop()));
    await Promise.all(targets.splice(0).map((target) => target.stop()));
  });

  async function start(name: string, config: object): Promise<ProcessServer> {
    const file = join(folder.path, `${name}.yaml`);
    writeFileSync(file, JSON.stringify({ name, service: anyPort, admin: anyPort, ...config }));
    const server = new ProcessServer(file);
    servers.push(server);
    await server.listening();
    return server;
  }

  function residentMiB(server: ProcessServer): number {
    const status = readFileSync(`/proc/${server.pid}/status`, 'utf8');
    return (Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) * 1_024) / MEBIBYTE;
  }

  const reportOf = ({ adminUrl }: ProcessServer) => got(`${adminUrl}/report`).json<TestReport>();

  async function metric({ adminUrl }: ProcessServer, series: string): Promise<number> {
    const text = await got(`${adminUrl}/metrics`).text();
    const line = text.split('\n').find((candidate) => candidate.startsWith(`${series} `));
    return Number(line?.slice(series.length + 1) ?? 0);
  }

  it('survives 100,000 random configs without growing', () => {
    fuzzConfigs(5_000);
    const before = process.memoryUsage.rss();
    const { accepted, refused } = fuzzConfigs(95_000);
    expect(accepted + refused).to.be.at.least(95_000);
    expect((process.memoryUsage.rss() - before) / MEBIBYTE).to.be.lessThan(200);
  });

  it('survives 100,000 random requests without growing, and misses no ping', async () => {
    const server = await start('web-0', {});
    const asker = await start('web-1', {
      ping: { interval: '1s' },
      peers: [{ name: 'web-0', host: '127.0.0.1', port: server.port }],
    });
    await fuzzRequests(server.port, 5_000);
    const before = residentMiB(server);
    await fuzzRequests(server.port, 95_000);
    expect(residentMiB(server) - before).to.be.lessThan(60);
    const [peer] = (await reportOf(asker)).peers;
    expect(peer?.ok).to.be.greaterThan(10);
    expect(peer?.failed).to.equal(0);
  });

  it('answers pings beside 10,000 connections that are idle or slow', async () => {
    const server = await start('web-0', { service: { ...anyPort, limits: { connections: 10_000 } } });
    const asker = await start('web-1', {
      ping: { interval: '500ms', connection: 'Fresh' },
      peers: [{ name: 'web-0', host: '127.0.0.1', port: server.port }],
    });
    await waitUntil('web-0 answers', async () => (await reportOf(asker)).peers[0]!.ok > 0);
    const sockets: Socket[] = [];
    const until = performance.now() + 15_000;
    while (performance.now() < until) {
      for (let i = 0; i < 100 && sockets.length < 10_500; i++) {
        const text = i % 2 === 0 ? '' : 'GET /ping HTTP/1.1\r\nhost: a\r\n';
        const socket = connect(server.port, '127.0.0.1', () => socket.write(text));
        sockets.push(socket.on('error', () => socket.destroy()).resume());
      }
      await sleep(20);
    }
    expect(sockets.length).to.equal(10_500);
    const [peer] = (await reportOf(asker)).peers;
    expect(peer?.failed).to.equal(0);
    expect(residentMiB(server)).to.be.lessThan(450);
    for (const socket of sockets) socket.destroy();
  });

  it('pings 1,000 peers at 1 s, of which 50 misbehave, with at most 1 % of slots late by 100 ms', async () => {
    const behaviours = ['hang', 'reset', 'slow', 'endless-body', 'endless-headers'] as const;
    for (let i = 0; i < 50; i++) targets.push(await startTarget(behaviours[i % behaviours.length]!));
    const responder = await start('responder', { service: { host: '0.0.0.0', port: 0 } });
    const good = Array.from({ length: 950 }, (_, i) => ({
      ...{ name: `good-${i}`, host: `127.1.${i >> 8}.${i & 255}`, port: responder.port },
    }));
    const bad = targets.map(({ port }, i) => ({ name: `bad-${i}`, host: '127.0.0.1', port }));
    const server = await start('prober', {
      ping: { interval: '1s' },
      log: { replies: 'Changes' },
      peers: [...good, ...bad],
    });
    await sleep(10_000);
    const failedBefore = await goodFailures(server);
    const before = await slots(server);
    await sleep(30_000);
    const after = await slots(server);
    const late = after.all - before.all - (after.inTime - before.inTime);
    expect(after.all - before.all).to.be.greaterThan(27_000);
    expect(late / (after.all - before.all)).to.be.at.most(0.01);
    expect((await goodFailures(server)) - failedBefore).to.equal(0);
  });

  async function slots(server: ProcessServer): Promise<{ all: number; inTime: number }> {
    return {
      all: await metric(server, 'rollcall_ping_lateness_seconds_count'),
      inTime: await metric(server, 'rollcall_ping_lateness_seconds_bucket{le="0.1"}'),
    };
  }

  async function goodFailures(server: ProcessServer): Promise<number> {
    const { peers } = await reportOf(server);
    return peers.filter(({ name }) => name.startsWith('good-')).reduce((sum, { failed }) => sum + failed, 0);
  }
});
