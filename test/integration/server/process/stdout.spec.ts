import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import got from 'got';
import { freePort, startOfflineOperator } from '../../../support/offline-operator.ts';
import { startTarget } from '../../../support/server/targets.ts';
import { sleep, temporaryFolder, waitUntil } from '../../../support/server/test-server.ts';

const root = join(import.meta.dirname, '../../../..');
const TERMINAL = join(root, 'test/support/server/stopped-terminal.py');
/** Writes 200 MB of lines, then says on stderr how much memory it has and how many lines it left out. */
const TALKER = `
import { createStdout } from '${root}/server/process/stdout.ts';
const lines = createStdout();
lines.onLost((lost) => lines.write('LOST ' + lost + '\\n'));
const line = 'x'.repeat(999) + '\\n';
for (let turn = 0; turn < 200; turn++) {
  for (let i = 0; i < 1000; i++) lines.write(line);
  await new Promise(setImmediate);
}
process.stderr.write(JSON.stringify({ rss: process.memoryUsage.rss(), lost: lines.lost }));
`;

describe('standard output', function () {
  this.timeout(30_000);
  const folder = temporaryFolder();
  const children: ChildProcess[] = [];

  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
  });
  after(() => folder.remove());

  function start(program: string, args: readonly string[], stdout: 'pipe' | number): ChildProcess {
    const child = spawn(program, args, { cwd: root, stdio: ['pipe', stdout, 'pipe'] });
    children.push(child);
    return child;
  }

  /** A peer that pings this port; its admin port is written to the file `admin`. */
  function peerConfig(port: number, adminPort: number): string {
    const file = join(folder.path, 'peer.json');
    const config = {
      service: { host: '127.0.0.1', port: 0 },
      admin: { host: '127.0.0.1', port: adminPort },
      ping: { interval: '100ms' },
      peers: [{ name: 'target', url: `http://127.0.0.1:${port}` }],
    };
    writeFileSync(file, JSON.stringify(config));
    return file;
  }

  it('costs a slow reader lines, not memory, and says how many', async () => {
    const child = start(process.execPath, ['--input-type=module', '--eval', TALKER], 'pipe');
    const [said] = (await once(child.stderr!, 'data')) as [Buffer];
    const { rss, lost } = JSON.parse(String(said)) as { rss: number; lost: number };
    expect(lost).to.be.within(198_000, 200_000);
    expect(rss / 2 ** 20).to.be.below(150);
    let text = '';
    for await (const part of child.stdout!) text += part;
    expect(text.match(/^x{999}$/gm)).to.have.lengthOf(200_000 - lost);
    expect(text).to.match(new RegExp(`\nLOST ${lost}\n$`));
  });

  it('does not hold up a peer on a full disk, nor its end', async () => {
    const adminPort = await freePort();
    const target = await startTarget('pong');
    const args = ['server/main.ts', '--config', peerConfig(target.port, adminPort)];
    const child = start(process.execPath, args, openSync('/dev/full', 'w'));
    const lost = async () => {
      const metrics = await got(`http://127.0.0.1:${adminPort}/metrics`, { retry: { limit: 0 } }).text();
      return Number(/^rollcall_log_lines_lost_total (\d+)$/m.exec(metrics)?.[1]);
    };
    await waitUntil('lines are counted', async () => (await lost().catch(() => 0)) > 10);
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).to.deep.equal([0, null]);
    await target.stop();
  });

  it('does not hold up the operator on a full disk, nor its end', async () => {
    const operator = await startOfflineOperator(openSync('/dev/full', 'w'));
    try {
      await waitUntil('it counts lines', async () =>
        /^rollcall_log_lines_lost_total [1-9]/m.test(await operator.metrics()),
      );
      expect(await operator.stop()).to.deep.equal([0, null]);
    } finally {
      operator.kill();
    }
  });

  it('on a stopped terminal does not hold up the pings, nor the end', async () => {
    const target = await startTarget('pong');
    const adminPort = await freePort();
    const args = [TERMINAL, process.execPath, 'server/main.ts', '--config', peerConfig(target.port, adminPort)];
    const terminal = start('python3', args, 'pipe');
    let text = '';
    terminal.stdout!.on('data', (data) => {
      text += data;
    });
    await waitUntil('it pings', () => text.includes('Pinged'));
    terminal.stdin!.write('stop\n');
    await sleep(500);
    const before = text;
    const answered = async () => {
      const report = await got(`http://127.0.0.1:${adminPort}/report`, { timeout: { request: 2_000 } }).json();
      return (report as { peers: { ok: number }[] }).peers[0]!.ok;
    };
    const ok = await answered();
    await waitUntil('it still pings', async () => (await answered()) > ok + 3);
    expect(text).to.equal(before);
    terminal.stdin!.write('go on\n');
    await waitUntil('it shows what was said meanwhile', () => text.length > before.length);
    terminal.stdin!.write('stop\n');
    await sleep(200);
    process.kill(Number(text.split('\n')[0]), 'SIGTERM');
    expect(await once(terminal, 'exit')).to.deep.equal([0, null]);
    await target.stop();
  });

  it('whose reader has gone lets SIGINT end a peer quietly', async () => {
    const adminPort = await freePort();
    const child = start(process.execPath, ['server/main.ts', '--config', peerConfig(1, adminPort)], 'pipe');
    let errors = '';
    child.stderr!.on('data', (data) => {
      errors += data;
    });
    await once(child.stdout!, 'data');
    child.stdout!.destroy();
    await sleep(300);
    child.kill('SIGINT');
    expect(await once(child, 'exit')).to.deep.equal([0, null]);
    expect(errors).to.equal('');
  });
});
