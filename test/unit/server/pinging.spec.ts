import { expect } from 'chai';
import got from 'got';
import { FakeClock } from '../../support/fake-clock.ts';
import { startTarget, type Target } from '../../support/server/targets.ts';
import { TestServer, waitUntil } from '../../support/server/test-server.ts';

const fast = { interval: '100ms' };

describe('pinging', function () {
  this.timeout(60_000);
  const targets: Target[] = [];
  const servers: TestServer[] = [];

  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => server.stop()));
    await Promise.all(targets.splice(0).map((target) => target.stop()));
  });

  async function target(...[behaviour]: Parameters<typeof startTarget>): Promise<Target> {
    const started = await startTarget(behaviour);
    targets.push(started);
    return started;
  }

  /** @param clock where a test turns it itself, nothing times out until it says so */
  async function start(config: Record<string, unknown>, clock?: FakeClock): Promise<TestServer> {
    const server = await TestServer.start({ name: 'web-0', ping: fast, ...config }, { ...(clock && { clock }) });
    servers.push(server);
    return server;
  }

  /** The first line about the peer that a server with this peer alone logs. */
  async function firstLine(peer: object, config: object = {}): Promise<string> {
    // The first peer is pinged at once. It has five seconds: the machine may be busy.
    const server = await start({ ping: { interval: '10s' }, peers: [{ name: 'it', ...peer }], ...config });
    await waitUntil('a line', () => server.lines.some((line) => line.includes('Pinged ')));
    return server.lines.find((line) => line.includes('Pinged '))!;
  }

  const member = ({ port }: { port: number }) => ({ host: '127.0.0.1', port });
  const external = ({ port }: { port: number }) => ({ url: `http://127.0.0.1:${port}` });
  const nobody = { port: 1 };

  it('logs a reply as one line in the documented form', async () => {
    const { port } = await start({ name: 'web-1' });
    const line = await firstLine({ host: 'localhost', port });
    expect(line).to.match(
      new RegExp(`^Pinged http://localhost:${port}/ping - Response: "pong\\\\n" from web-1 in [\\d.]+ ms$`),
    );
  });

  it('logs a reply as JSON with the same sentence and its parts', async () => {
    const { port } = await start({ name: 'web-1' });
    const line = JSON.parse(await firstLine({ host: 'localhost', port }, { log: { format: 'json' } }));
    expect(line.msg).to.match(/^Pinged http:\/\/localhost:\d+\/ping - Response: "pong\\n" from web-1 in [\d.]+ ms$/);
    expect(line).to.include({ level: 'info', peer: 'it', responder: 'web-1', body: 'pong\n', status: 200 });
    expect(line.phases).to.have.all.keys('dns', 'tcp', 'firstByte');
    expect(line.url).to.equal(`http://localhost:${port}/ping`);
  });

  it('logs changes only when asked to', async () => {
    const { port } = await start({ name: 'web-1' });
    const server = await start({ log: { replies: 'Changes' }, peers: [{ name: 'it', host: 'localhost', port }] });
    await waitUntil('five replies', () => server.peer('it').ok >= 5);
    expect(server.lines.filter((line) => line.includes('Pinged '))).to.have.lengthOf(1);
  });

  it('names phase and reason of a refused connection', async () => {
    expect(await firstLine(member(nobody))).to.match(
      /Failed: connection refused \(tcp, ECONNREFUSED\) after [\d.]+ ms$/,
    );
  });

  it('names phase and reason of a name that does not resolve', async () => {
    expect(await firstLine({ host: 'nowhere.invalid.', port: 80 })).to.match(
      /^it has not responded yet\. Pinged http:\/\/nowhere\.invalid:80\/ping - Failed: .* \(dns, E[A-Z]+\) after/,
    );
  });

  it('names phase and reason of an answer that does not come', async () => {
    expect(await firstLine(member(await target('hang')), { ping: fast })).to.match(
      /no response within 100 ms \(firstByte, TIMEOUT\)/,
    );
  });

  it('names phase and reason of a connection that is reset', async () => {
    expect(await firstLine(member(await target('reset')))).to.match(
      /closed the connection .* \(firstByte, ECONNRESET\)/,
    );
  });

  it('cuts off an answer that trickles in for ever', async () => {
    expect(await firstLine(member(await target('endless-body')))).to.match(/\(response, (TIMEOUT|BAD_BODY)\)/);
    expect(await firstLine(member(await target('endless-headers')))).to.match(
      /\(firstByte, (TIMEOUT|HPE_HEADER_OVERFLOW)\)/,
    );
  });

  it('refuses a wrong body, a wrong status and what is no HTTP', async () => {
    expect(await firstLine(member(await target('wrong-body')))).to.match(
      /the body is "nope", .* \(response, BAD_BODY\)/,
    );
    expect(await firstLine(member(await target('status-500')))).to.match(
      /unexpected status 500 \(response, BAD_STATUS\)/,
    );
    expect(await firstLine(member(await target('not-http')))).to.match(/the response is not HTTP \(firstByte, HPE_/);
  });

  it('takes a pong without its newline from a url peer only', async () => {
    const bare = await target('bare-pong');
    expect(await firstLine(external(bare))).to.match(/Response: "pong" from an unnamed peer/);
    expect(await firstLine(member(bare))).to.match(/the body is "pong", not "pong\\n" \(response, BAD_BODY\)/);
  });

  it('takes a draining peer for no failure', async () => {
    const peers = [{ name: 'it', ...member(await target('draining')) }];
    const server = await start({ ping: { interval: '10s' }, peers });
    await waitUntil('a line', () => server.lines.some((line) => line.includes('Draining: web-9 is shutting down')));
    expect(server.peer('it').failed).to.equal(0);
  });

  it('keeps one connection with Reuse and makes one for each ping with Fresh', async () => {
    for (const [connection, isKept] of [
      ['Reuse', true],
      ['Fresh', false],
    ] as const) {
      const pong = await target('pong');
      const clock = new FakeClock();
      const server = await start({ ping: { connection }, peers: [{ name: 'it', ...member(pong) }] }, clock);
      for (let pings = 1; pings <= 3; pings++) {
        await clock.advance(60_000);
        await waitUntil('a reply', () => server.peer('it').ok === pings);
      }
      expect(pong.connections === 1, `${connection}: ${pong.connections} connections`).to.equal(isKept);
    }
  });

  it('never retries: one failed ping is one request', async () => {
    const reset = await target('reset');
    const server = await start({ ping: { interval: '1s' }, peers: [{ name: 'it', ...member(reset) }] });
    await waitUntil('one failure', () => server.peer('it').failed === 1);
    expect(reset.connections).to.equal(1);
  });

  describe('a link that must not work', () => {
    const vault = (peer: object) => ({ ...peer, expect: 'Unreachable' });

    it('holds when the connection is refused', async () => {
      const server = await start({ peers: [{ name: 'it', ...vault(member(nobody)) }] });
      await waitUntil('it is Up', () => server.peer('it').state === 'Up');
      expect(server.lines.at(-1)).to.match(/Unreachable, as expected: connection refused/);
    });

    it('is broken by a reply', async () => {
      const server = await start({ peers: [{ name: 'it', ...vault(member(await target('pong'))) }] });
      await waitUntil('it is Down', () => server.peer('it').state === 'Down');
      expect(server.lines.at(-1)).to.match(/expected to be unreachable, but responded/);
    });

    it('is broken by a connection even without a reply', async () => {
      const server = await start({ peers: [{ name: 'it', ...vault(member(await target('hang'))) }] });
      await waitUntil('it is Down', () => server.peer('it').state === 'Down');
      expect(server.lines.at(-1)).to.match(/expected to be unreachable, but a connection was established/);
    });

    it('is not proved while its name does not resolve', async () => {
      const server = await start({ peers: [{ name: 'it', ...vault({ url: 'http://nowhere.invalid.' }) }] });
      await waitUntil('it says so', () => server.lines.some((line) => line.includes('Inconclusive: ')));
      expect(server.peer('it')).to.include({ state: 'Pending', ok: 0, failed: 0 });
    });
  });

  /** Lets intervals pass, a ping in each, until the peer has failed so often. */
  async function failUntil(server: TestServer, clock: FakeClock, failures: number, intervalMs: number) {
    await waitUntil(`${failures} failures`, async () => {
      await clock.advance(intervalMs);
      return server.peer('web-1').failed >= failures;
    });
  }

  it('comes Up again and says how long the outage was', async () => {
    const flaky = await target('status-500');
    const clock = new FakeClock();
    const peers = [{ name: 'web-1', ...member(flaky) }];
    const server = await start({ ping: { interval: '1s' }, peers }, clock);
    await failUntil(server, clock, 3, 1_000);
    expect(server.peer('web-1').state).to.equal('Down');
    flaky.behaviour = 'pong';
    await waitUntil('it is Up', async () => {
      await clock.advance(1_000);
      return server.peer('web-1').state === 'Up';
    });
    expect(
      server.lines.some((line) => /^WARN web-1 is Down after 3 consecutive failures\. Pinged /.test(line)),
    ).to.equal(true);
    const lines = server.lines.filter((line) =>
      /^WARN web-1 is Up again after an outage of [\d.]+ s \(\d failures\)$/.test(line),
    );
    expect(lines).to.have.length(1);
  });

  it('looks at a Down peer at once again when that peer pings', async () => {
    const flaky = await target('status-500');
    const clock = new FakeClock();
    const peers = [{ name: 'web-1', ...member(flaky) }];
    const server = await start({ ping: { interval: '10s' }, peers }, clock);
    await failUntil(server, clock, 5, 10_000);
    flaky.behaviour = 'pong';
    await got(`http://127.0.0.1:${server.port}/ping`, { headers: { 'x-requester': 'web-1' } });
    // Four intervals lie between two pings of a peer that is Down.
    await clock.advance(15_000);
    await waitUntil('web-1 is Up', () => server.peer('web-1').state === 'Up');
  });

  it('reports how many should ping it and how many do', async () => {
    const server = await start({
      peers: [
        { name: 'web-1', ...member(nobody) },
        { name: 'web-2', ...member(nobody) },
      ],
    });
    const asker = await start({ name: 'web-1', peers: [{ name: 'web-0', host: '127.0.0.1', port: server.port }] });
    await waitUntil('web-1 has pinged', () => asker.peer('web-0').ok > 0);
    expect(server.report.askers).to.deep.equal({ expected: 2, seen: 1 });
  });

  it('is not delayed by peers that hang, reset, trickle or send endless headers', async () => {
    const behaviours = ['hang', 'reset', 'endless-body', 'endless-headers', 'slow'] as const;
    const bad = await Promise.all(Array.from({ length: 20 }, (_, i) => target(behaviours[i % behaviours.length]!)));
    const pong = await target('pong');
    const clock = new FakeClock();
    const server = await start(
      {
        ping: { interval: '2s' },
        peers: [{ name: 'good', ...member(pong) }, ...bad.map((peer, i) => ({ name: `bad-${i}`, ...member(peer) }))],
      },
      clock,
    );
    for (let replies = 1; replies <= 4; replies++) {
      // All are pinged. No timeout ends while the clock stands, so what hangs goes on hanging beside the good one's reply.
      await clock.advance(2_000);
      await waitUntil('a reply of the good one', () => server.peer('good').ok >= replies);
    }
    expect(server.peer('good').failed).to.equal(0);
  });
});
