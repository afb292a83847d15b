import { mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import got from 'got';
import { FileWatcher } from '../../../../server/config/watch.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { TestServer, temporaryFolder, waitUntil } from '../../../support/server/test-server.ts';

const fast = { interval: '100ms' };

describe('hot reload', function () {
  this.timeout(60_000);
  let target: TestServer;
  let server: TestServer;

  beforeEach(async () => {
    target = await TestServer.start({ name: 'web-1' });
    server = await TestServer.start({ name: 'web-0', ping: fast, peers: [peer('web-1')] });
    await waitUntil('web-1 answers', () => server.peer('web-1').ok > 2);
  });

  afterEach(async () => {
    await server.stop();
    await target.stop();
  });

  const peer = (name: string) => ({ name, host: '127.0.0.1', port: target.port });

  /** From now on the server's time is in the test's hand. */
  async function turnByHand(): Promise<FakeClock> {
    const clock = new FakeClock();
    await server.stop();
    server = await TestServer.start({ name: 'web-0', ping: fast, peers: [peer('web-1')] }, { clock });
    const before = await pingsWithin(clock, 0);
    expect(await pingsWithin(clock, 2_000)).to.be.at.least(before + 10);
    return clock;
  }

  const loaded = (clock: FakeClock, condition: () => boolean) =>
    waitUntil('the config is loaded', async () => {
      await clock.advance(50);
      return condition();
    });

  /** Lets so much time pass. @returns how many pings of web-1 had been answered then */
  async function pingsWithin(clock: FakeClock, ms: number): Promise<number> {
    for (let passed = 0; passed < ms; passed += 100) {
      await clock.advance(100);
      // What was sent before this is answered before it.
      await got(`http://127.0.0.1:${target.port}/ping`);
    }
    return server.report.peers[0]?.ok ?? 0;
  }

  it('starts to ping an added peer at once and leaves the others undisturbed', async () => {
    const before = server.peer('web-1').ok;
    server.rewrite({ name: 'web-0', ping: fast, peers: [peer('web-1'), peer('web-2')] });
    await waitUntil('web-2 answers', () => server.report.peers.length === 2 && server.peer('web-2').ok > 0);
    expect(server.peer('web-1').ok).to.be.at.least(before);
    // The machine may be so busy that a ping takes 100 ms; nothing else may fail.
    expect(server.peer('web-1').lastError?.code ?? 'TIMEOUT').to.equal('TIMEOUT');
  });

  it('stops pinging a removed peer', async () => {
    const clock = await turnByHand();
    server.rewrite({ name: 'web-0', ping: fast, peers: [] });
    await loaded(clock, () => server.report.peers.length === 0);
    const lines = server.lines.length;
    await pingsWithin(clock, 2_000);
    expect(server.lines.length).to.equal(lines);
  });

  it('refuses a bad config whole, says which field, and goes on with the old one', async () => {
    const { hash } = server.report.config;
    server.rewrite('name: web-0\nping: {interval: soon}\n');
    await waitUntil('the report shows the error', () => server.report.config.error !== undefined);
    expect(server.report.config.error?.message).to.match(/config\.yaml: ping\.interval: "soon" is not a duration/);
    expect(server.report.config.hash).to.equal(hash);
    const before = server.peer('web-1').ok;
    await waitUntil('web-1 is still pinged', () => server.peer('web-1').ok > before);
    expect(server.lines.filter((line) => line.startsWith('ERROR'))).to.have.lengthOf(1);
  });

  it('takes an emptied file for no config', async () => {
    server.rewrite('');
    await waitUntil('the report shows the error', () => server.report.config.error !== undefined);
    expect(server.report.peers).to.have.lengthOf(1);
  });

  it('forgets the error once the config is good again', async () => {
    server.rewrite('peers: {');
    await waitUntil('the report shows the error', () => server.report.config.error !== undefined);
    server.rewrite({ name: 'web-0', ping: fast, peers: [peer('web-1'), peer('web-3')] });
    await waitUntil('the good one is in use', () => server.report.peers.length === 2);
    expect(server.report.config.error).to.equal(undefined);
  });

  it('follows a changed interval', async () => {
    const clock = await turnByHand();
    server.rewrite({ name: 'web-0', ping: { interval: '1h' }, peers: [peer('web-1')] });
    await loaded(clock, () => server.lines.some((line) => /peers unchanged/.test(line)));
    const before = await pingsWithin(clock, 0);
    // One may have been under way.
    expect(await pingsWithin(clock, 2_000)).to.be.at.most(before + 1);
  });

  it('says that a changed port needs a restart and keeps listening on the old one', async () => {
    const { port } = server;
    server.rewrite({ name: 'web-0', service: { port: 1 }, ping: fast, peers: [peer('web-1')] });
    await waitUntil('it says so', () => server.lines.some((line) => /service\.port .* requires a restart/.test(line)));
    expect(server.port).to.equal(port);
  });
});

describe('file watcher', () => {
  it('sees the symlink swap of a mounted ConfigMap', async () => {
    const folder = temporaryFolder();
    const revision = (name: string, text: string) => {
      mkdirSync(join(folder.path, name));
      writeFileSync(join(folder.path, name, 'config.yaml'), text);
      symlinkSync(name, join(folder.path, '..data.new'));
      renameSync(join(folder.path, '..data.new'), join(folder.path, '..data'));
    };
    revision('..2026_1', 'a: 1');
    symlinkSync('..data/config.yaml', join(folder.path, 'config.yaml'));
    let changes = 0;
    const clock = new FakeClock();
    const watcher = new FileWatcher(() => changes++, clock);
    watcher.set([join(folder.path, 'config.yaml')]);
    const { pending } = clock;
    revision('..2026_2', 'a: 2');
    // By an event of the file system: the clock stands still, so nothing is polled.
    await waitUntil('the change is noticed', () => clock.pending > pending);
    await clock.advance(50);
    expect(changes).to.equal(1);
    watcher.close();
    folder.remove();
  });
});
