import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { Daemon } from '../../cluster/daemon.ts';
import { identify, isAlive, parseStat, stopProcess } from '../../cluster/process-identity.ts';

describe('identity of a process', () => {
  let child: ChildProcess;

  before(function () {
    if (process.platform !== 'linux') this.skip(); // /proc
  });

  beforeEach(async () => {
    child = spawn('sleep', ['60']);
    await once(child, 'spawn');
  });

  afterEach(() => child.kill('SIGKILL'));

  it('is read past a command name with spaces and parentheses', () => {
    const fields = Array.from({ length: 50 }, (_, i) => String(i + 3));
    const stat = `42 (a) R (b c) ${['S', ...fields.slice(1)].join(' ')}`;
    expect(parseStat(stat)).to.deep.equal({ state: 'S', startTime: '22' });
  });

  it('ends the process that it names', async () => {
    const ended = once(child, 'exit');
    await stopProcess(identify(child.pid!)!);
    expect(await ended).to.deep.equal([null, 'SIGTERM']);
  });

  it('never ends a stranger who was given the same pid', async () => {
    await stopProcess({ pid: child.pid!, startTime: '1' });
    expect(isAlive(identify(child.pid!)!)).to.equal(true);
  });

  it('counts a process that has ended as gone', async () => {
    const identity = identify(child.pid!)!;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
    expect(isAlive(identity)).to.equal(false);
    expect(identify(child.pid!)).to.equal(undefined);
  });

  it('turns to SIGKILL when the process outlasts the grace period', async () => {
    const stubborn = spawn('sh', ['-c', 'trap "" TERM; echo ready; while :; do sleep 0.05; done']);
    try {
      await once(stubborn.stdout, 'data');
      const ended = once(stubborn, 'exit');
      await stopProcess(identify(stubborn.pid!)!, { graceMs: 100 });
      expect(await ended).to.deep.equal([null, 'SIGKILL']);
    } finally {
      stubborn.kill('SIGKILL');
    }
  });
});

describe('daemon', () => {
  let dir: string;

  before(function () {
    if (process.platform !== 'linux') this.skip();
  });

  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'rollcall-daemon-'));
  });

  afterEach(() => rmSync(dir, { recursive: true }));

  it('is found again by its pid file and stopped', async () => {
    await new Daemon(dir, 'sleeper').start('sleep', ['60']);
    const found = new Daemon(dir, 'sleeper');
    const running = found.process!;
    await found.stop();
    expect(isAlive(running)).to.equal(false);
    expect(found.process).to.equal(undefined);
  });

  it('does not take the present owner of an old pid for itself', async () => {
    writeFileSync(join(dir, 'sleeper.pid'), `${process.pid} 1\n`);
    const daemon = new Daemon(dir, 'sleeper');
    expect(daemon.process).to.equal(undefined);
    await daemon.stop();
  });

  it('shows the end of its log when it has died', async () => {
    const daemon = new Daemon(dir, 'failing');
    await daemon.start('sh', ['-c', 'echo no such flag >&2; exit 2']);
    while (daemon.process) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(() => daemon.assertAlive()).to.throw(/failing has ended.*no such flag/s);
  });

  it('names a program that is not there', async () => {
    const failure = await new Daemon(dir, 'x').start('/no/such/program', []).catch((error: Error) => error.message);
    expect(failure).to.match(/x could not be started: .*\/no\/such\/program/);
  });
});
