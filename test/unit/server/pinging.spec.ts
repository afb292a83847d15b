import { expect } from 'chai';
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

  async function start(config: Record<string, unknown>): Promise<TestServer> {
    const server = await TestServer.start({ name: 'web-0', ping: fast, ...config });
    servers.push(server);
    return server;
  }

  /** The first line about the peer that a server with this peer alone logs. */
  async function firstLine(peer: object, config: object = {}): Promise<string> {
    const server = await start({ peers: [{ name: 'it', ...peer }], ...config });
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
      new RegExp(`^Pinged http://localhost:${port}/ping - Response: "pong\\\\n" from web-1 in \\d+\\.\\d+ ms$`),
    );
  });

  it('logs a reply as JSON with the same sentence and its parts', async () => {
    const { port } = await start({ name: 'web-1' });
    const line = JSON.parse(await firstLine({ host: 'localhost', port }, { log: { format: 'json' } }));
    expect(line.msg).to.match(/^Pinged http:\/\/localhost:\d+\/ping - Response: "pong\\n" from web-1 in \d+\.\d+ ms$/);
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
      /^it has not answered yet\. Pinged http:\/\/nowhere\.invalid:80\/ping - Failed: .* \(dns, E[A-Z]+\) after/,
    );
  });

  it('names phase and reason of an answer that does not come', async () => {
    expect(await firstLine(member(await target('hang')))).to.match(/no answer within 100 ms \(firstByte, TIMEOUT\)/);
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
    expect(await firstLine(member(await target('status-500')))).to.match(/the status is 500 \(response, BAD_STATUS\)/);
    expect(await firstLine(member(await target('not-http')))).to.match(/the answer is not HTTP \(firstByte, HPE_/);
  });

  it('takes a pong without its newline from a url peer only', async () => {
    const bare = await target('bare-pong');
    expect(await firstLine(external(bare))).to.match(/Response: "pong" from an unnamed responder/);
    expect(await firstLine(member(bare))).to.match(/the body is "pong", not "pong\\n" \(response, BAD_BODY\)/);
  });

  it('takes a draining peer for no failure', async () => {
    const server = await start({ peers: [{ name: 'it', ...member(await target('draining')) }] });
    await waitUntil('a line', () => server.lines.some((line) => line.includes('Draining: web-9 is shutting down')));
    expect(server.peer('it').failed).to.equal(0);
  });

  it('keeps one connection with Reuse and makes one for each ping with Fresh', async () => {
    for (const [connection, isKept] of [
      ['Reuse', true],
      ['Fresh', false],
    ] as const) {
      const pong = await target('pong');
      const server = await start({ ping: { ...fast, connection }, peers: [{ name: 'it', ...member(pong) }] });
      await waitUntil('five pings', () => server.peer('it').ok >= 5);
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
      expect(server.lines.at(-1)).to.match(/Unreachable, as it must be: connection refused/);
    });

    it('is broken by a reply', async () => {
      const server = await start({ peers: [{ name: 'it', ...vault(member(await target('pong'))) }] });
      await waitUntil('it is Down', () => server.peer('it').state === 'Down');
      expect(server.lines.at(-1)).to.match(/it must be unreachable, but answered/);
    });

    it('is broken by a connection even without a reply', async () => {
      const server = await start({ peers: [{ name: 'it', ...vault(member(await target('hang'))) }] });
      await waitUntil('it is Down', () => server.peer('it').state === 'Down');
      expect(server.lines.at(-1)).to.match(/it must be unreachable, but a connection was made/);
    });

    it('is not proved while its name does not resolve', async () => {
      const server = await start({ peers: [{ name: 'it', ...vault({ url: 'http://nowhere.invalid.' }) }] });
      await waitUntil('it says so', () => server.lines.some((line) => line.includes('so nothing is proved')));
      expect(server.peer('it')).to.include({ state: 'Pending', ok: 0, failed: 0 });
    });
  });

  it('comes Up again and says how long the outage was', async () => {
    const flaky = await target('status-500');
    const server = await start({ peers: [{ name: 'it', ...member(flaky) }] });
    await waitUntil('it is Down', () => server.peer('it').state === 'Down');
    flaky.behaviour = 'pong';
    await waitUntil('it is Up', () => server.peer('it').state === 'Up');
    expect(server.lines.some((line) => /^WARN it is Down after 3 failures in a row\. Pinged /.test(line))).to.equal(
      true,
    );
    expect(server.lines.at(-1)).to.match(/^WARN it is Up again after an outage of \d\.\d s \(\d failures\)$/);
  });

  it('looks at a Down peer at once again when that peer pings', async () => {
    const other = await start({ name: 'web-1' });
    const flaky = await target('status-500');
    const server = await start({ ping: { interval: '400ms' }, peers: [{ name: 'web-1', ...member(flaky) }] });
    await waitUntil('five failures, so every fourth interval', () => server.peer('web-1').failed === 5, 40_000);
    flaky.behaviour = 'pong';
    other.rewrite({ name: 'web-1', ping: fast, peers: [{ host: 'localhost', port: server.port }] });
    await waitUntil('web-1 is Up', () => server.peer('web-1').state === 'Up', 1_200);
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
    const server = await start({
      ping: { interval: '500ms' },
      peers: [{ name: 'good', ...member(pong) }, ...bad.map((peer, i) => ({ name: `bad-${i}`, ...member(peer) }))],
    });
    await waitUntil('six replies of the good one', () => server.peer('good').ok >= 6, 40_000);
    expect(server.peer('good').failed).to.equal(0);
    expect(server.report.peers.find(({ name }) => name === 'good'))
      .to.have.property('p99')
      .that.is.lessThan(100);
  });
});
