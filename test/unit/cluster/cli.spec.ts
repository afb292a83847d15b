import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';

const CLI = join(import.meta.dirname, '../../cluster/cli.ts');

describe('npm run cluster', () => {
  let cache: string;

  beforeEach(() => {
    cache = mkdtempSync(join(tmpdir(), 'rollcall-cache-'));
  });

  afterEach(() => rmSync(cache, { recursive: true }));

  it('shows its commands when it is asked for help', () => {
    const { status, stdout } = cluster('--help');
    expect(status).to.equal(0);
    expect(stdout).to.include('kill-node <node>').and.to.include('down [options]');
  });

  const mistakes: [string[], RegExp][] = [
    [['frobnicate'], /^npm run cluster: unknown command 'frobnicate'$/m],
    [['statsu'], /^npm run cluster: unknown command 'statsu' \(Did you mean status\?\)$/m],
    [['cut', 'demo-1'], /^npm run cluster: missing required argument 'other'$/m],
    [['up', '--nodes', 'three'], /^npm run cluster: "three" is not a whole number$/m],
    [['up', '--colour'], /^npm run cluster: unknown option '--colour'$/m],
  ];
  for (const [args, sentence] of mistakes) {
    it(`answers "${args.join(' ')}" with one sentence and exit code 2`, () => {
      const { status, stderr } = cluster(...args);
      expect(stderr).to.match(sentence);
      expect(stderr).not.to.include('    at ');
      expect(status).to.equal(2);
    });
  }

  it('names the command that starts a cluster which is asked for and does not run', () => {
    const { status, stderr } = cluster('heal', '--name', 'other');
    expect(stderr).to.equal('Cluster other is not running: npm run cluster -- up --name other\n');
    expect(status).to.equal(1);
  });

  it('says that there is none when no cluster was ever made', () => {
    expect(cluster('status').stdout).to.equal('No cluster: npm run cluster -- up makes one.\n');
  });

  function cluster(...args: string[]) {
    const env = { ...process.env, XDG_CACHE_HOME: cache, ROLLCALL_CLUSTER: undefined };
    return spawnSync(process.execPath, [CLI, ...args], { encoding: 'utf8', env });
  }
});
