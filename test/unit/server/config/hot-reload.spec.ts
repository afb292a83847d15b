import { mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { FileWatcher } from '../../../../server/config/watch.ts';
import { sleep, TestServer, temporaryFolder, waitUntil } from '../../../support/server/test-server.ts';

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

  it('starts to ping an added peer at once and leaves the others undisturbed', async () => {
    const before = server.peer('web-1').ok;
    server.rewrite({ name: 'web-0', ping: fast, peers: [peer('web-1'), peer('web-2')] });
    await waitUntil('web-2 answers', () => server.report.peers.length === 2 && server.peer('web-2').ok > 0);
    expect(server.peer('web-1').ok).to.be.at.least(before);
    // The machine may be so busy that a ping takes 100 ms; nothing else may fail.
    expect(server.peer('web-1').lastError?.code ?? 'TIMEOUT').to.equal('TIMEOUT');
  });

  it('stops pinging a removed peer', async () => {
    server.rewrite({ name: 'web-0', ping: fast, peers: [] });
    await waitUntil('web-1 is gone', () => server.report.peers.length === 0);
    const lines = server.lines.length;
    await sleep(250);
    expect(server.lines.length).to.equal(lines);
  });

  it('refuses a bad config whole, says which field, and goes on with the old one', async () => {
    const { hash } = server.report.config;
    server.rewrite('name: web-0\nping: {interval: soon}\n');
    await waitUntil('the report shows the error', () => server.report.config.error !== undefined);
    expect(server.report.config.error?.message).to.match(/config\.yaml: ping\.interval: "soon" is no duration/);
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
    server.rewrite({ name: 'web-0', ping: { interval: '1h' }, peers: [peer('web-1')] });
    await waitUntil('the config is loaded', () => server.lines.some((line) => /the same peers/.test(line)));
    await waitUntil('no ping is under way', async () => {
      const before = server.peer('web-1').ok;
      await sleep(300);
      return server.peer('web-1').ok === before;
    });
  });

  it('says that a changed port needs a restart and keeps listening on the old one', async () => {
    const { port } = server;
    server.rewrite({ name: 'web-0', service: { port: 1 }, ping: fast, peers: [peer('web-1')] });
    await waitUntil(
      'it says so',
      () => server.lines.some((line) => /service\.port .* takes a restart/.test(line)),
      1_000,
    );
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
    const watcher = new FileWatcher(() => changes++);
    watcher.set([join(folder.path, 'config.yaml')]);
    await sleep(100);
    changes = 0;
    revision('..2026_2', 'a: 2');
    await waitUntil('the change is seen', () => changes > 0, 900);
    watcher.close();
    folder.remove();
  });
});
