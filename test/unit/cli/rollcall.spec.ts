import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { expect } from 'chai';
import manifest from '../../../package.json' with { type: 'json' };

const bin = join(import.meta.dirname, '../../../cli/rollcall.js');
const COMMANDS = ['server', 'operator', 'peers', 'verify'];

interface Result {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

function rollcall(...args: string[]): Promise<Result> {
  return new Promise((resolve) => {
    execFile(process.execPath, [bin, ...args], (error, stdout, stderr) => {
      resolve({ status: error === null ? 0 : (error.code as number), stdout, stderr });
    });
  });
}

describe('rollcall', function () {
  this.timeout(30_000);

  it('prints its commands when it is asked for help', async () => {
    const { status, stdout, stderr } = await rollcall('help');
    expect([status, stderr]).to.deep.equal([0, '']);
    for (const command of COMMANDS) expect(stdout).to.match(new RegExp(`^  ${command} `, 'm'));
  });

  it('prints them on standard error and ends with status 2 without a command', async () => {
    const { status, stdout, stderr } = await rollcall();
    expect([status, stdout]).to.deep.equal([2, '']);
    expect(stderr).to.match(/^Usage: rollcall /);
  });

  it('prints its version', async () => {
    expect(await rollcall('--version')).to.deep.equal({ status: 0, stdout: `${manifest.version}\n`, stderr: '' });
  });

  it('prints the help of a command', async () => {
    const { status, stdout } = await rollcall('help', 'server');
    expect(status).to.equal(0);
    expect(stdout).to.match(/^Usage: rollcall server \[options\]\n/);
  });

  for (const [args, message] of [
    [['help', 'verfy'], "rollcall: unknown command 'verfy' (Did you mean verify?)\n"],
    [['toString'], "rollcall: unknown command 'toString'\n"],
    [['server', '--confg', 'f'], "rollcall server: unknown option '--confg' (Did you mean --config?)\n"],
    [['peers', '51'], 'rollcall peers: count must be a whole number from 1 to 50, not "51"\n'],
  ] as const) {
    it(`ends with status 2 and one line for: rollcall ${args.join(' ')}`, async () => {
      expect(await rollcall(...args)).to.deep.equal({ status: 2, stdout: '', stderr: message });
    });
  }
});
