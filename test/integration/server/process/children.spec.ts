import { type ChildProcess, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect } from 'chai';
import { itLong } from '../../../support/it-long.ts';
import { freePort } from '../../../support/offline-operator.ts';
import { processesWith, statusOf } from '../../../support/process-tree.ts';
import { sleep, temporaryFolder, waitUntil } from '../../../support/server/test-server.ts';

const root = join(import.meta.dirname, '../../../..');

describe('children', function () {
  this.timeout(60_000);
  const folder = temporaryFolder();
  const started: ChildProcess[] = [];

  afterEach(() => {
    for (const child of started.splice(0)) child.kill('SIGKILL');
  });
  after(() => folder.remove());

  function start(program: string, args: readonly string[]): { child: ChildProcess; lines: string[] } {
    const child = spawn(program, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    started.push(child);
    const lines: string[] = [];
    for (const stream of [child.stdout!, child.stderr!]) {
      createInterface({ input: stream }).on('line', (line) => lines.push(line));
    }
    return { child, lines };
  }

  /** Starts peers whose temporary folder tells them from any others. */
  async function startPeers(program: string, args: readonly string[]) {
    const { child, lines } = start('env', [`TMPDIR=${folder.path}`, program, ...args]);
    const peers = () => processesWith(folder.path).filter((pid) => pid !== child.pid);
    await waitUntil('both peers run', () => ['peer-0', 'peer-1'].every((name) => isLoaded(lines, name)), 30_000);
    expect(peers().length).to.be.at.least(2);
    return { child, peers };
  }

  const isLoaded = (lines: readonly string[], name: string) =>
    lines.some((line) => line.startsWith(name) && line.includes('loaded'));

  for (const signal of ['SIGKILL', 'SIGHUP'] as const) {
    it(`of the local peers end when it ends by ${signal}`, async () => {
      const { child, peers } = await startPeers(process.execPath, ['cli/main.ts', 'peers', '2']);
      child.kill(signal);
      await waitUntil('they have ended', () => peers().length === 0, 15_000);
    });
  }

  for (const signal of ['SIGKILL', 'SIGTERM'] as const) {
    it(`of npm run peers end when npm ends by ${signal}`, async () => {
      const { child, peers } = await startPeers('npm', ['run', 'peers', '--', '2']);
      child.kill(signal);
      await waitUntil('they have ended', () => peers().length === 0, 15_000);
    });
  }

  it('of rollcall end when it is killed', async () => {
    const file = join(folder.path, 'alone.json');
    const admin = { host: '127.0.0.1', port: await freePort() };
    writeFileSync(file, JSON.stringify({ service: { host: '127.0.0.1', port: 0 }, admin }));
    const { child, lines } = start(process.execPath, ['cli/rollcall.js', 'server', '--config', file]);
    await waitUntil('it runs', () => lines.some((line) => line.includes('loaded')), 20_000);
    child.kill('SIGKILL');
    await waitUntil('the server has ended', () => processesWith(file).length === 0, 15_000);
  });

  itLong('of a control plane end when its owner is killed', async () => {
    const { child, lines } = start(process.execPath, ['test/cluster/cli.ts', 'control-plane']);
    const kubeconfig = () => lines.map((line) => /KUBECONFIG=(\S+)/.exec(line)?.[1]).find(Boolean);
    await waitUntil('it runs', () => kubeconfig() !== undefined, 50_000);
    const dir = dirname(kubeconfig()!);
    expect(processesWith(dir).length).to.be.at.least(3);
    child.kill('SIGKILL');
    await waitUntil('they have ended', () => processesWith(dir).length === 0, 30_000);
  });

  it('hear SIGHUP while they load without ending', async () => {
    const file = join(folder.path, 'early.json');
    const admin = { host: '127.0.0.1', port: await freePort() };
    writeFileSync(file, JSON.stringify({ service: { host: '127.0.0.1', port: 0 }, admin }));
    const { child, lines } = start(process.execPath, ['server/main.ts', '--config', file]);
    const hasHandler = () => /^SigCgt:\s+\S*[13579bdf]$/m.test(statusOf(child.pid!));
    await waitUntil('it hears SIGHUP', hasHandler);
    expect(lines).to.deep.equal([]);
    while (!lines.some((line) => line.includes('loaded'))) {
      child.kill('SIGHUP');
      await sleep(10);
      if (child.exitCode !== null || child.signalCode !== null) break;
    }
    expect([child.exitCode, child.signalCode]).to.deep.equal([null, null]);
  });
});
