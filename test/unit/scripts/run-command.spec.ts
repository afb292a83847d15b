import { expect } from 'chai';
import { CommandError, runCommand, succeeds } from '../../../scripts/run-command.ts';

/** A command that runs this JavaScript. */
function node(script: string): string[] {
  return [process.execPath, '-e', script];
}

async function failure(argv: readonly string[], options = {}): Promise<CommandError> {
  const outcome = await runCommand(argv, options).catch((error: unknown) => error);
  expect(outcome).to.be.instanceOf(CommandError);
  return outcome as CommandError;
}

describe('running a command', () => {
  it('returns its standard output', async () => {
    expect(await runCommand(node('console.log("a\\nb")'))).to.equal('a\nb\n');
  });

  it('feeds it its input', async () => {
    expect(await runCommand(node('process.stdin.pipe(process.stdout)'), { input: 'fed' })).to.equal('fed');
  });

  it('tells of every line of both outputs', async () => {
    const lines: string[] = [];
    await runCommand(node('console.log("out"); console.error("err")'), { onLine: (line) => lines.push(line) });
    expect(lines.sort()).to.deep.equal(['err', 'out']);
  });

  it('fails with what the command said and its exit status', async () => {
    const error = await failure(node('console.error("no such thing"); process.exit(3)'));
    expect(error.exitCode).to.equal(3);
    expect(error.message).to.include('no such thing');
  });

  it('fails with the name of a command that is not installed', async () => {
    expect((await failure(['no-such-command'])).message).to.include('no-such-command');
  });

  it('ends a command that takes too long', async () => {
    expect((await failure(node('setInterval(() => {}, 1000)'), { timeoutMs: 50 })).message).to.include('SIGTERM');
  });

  it('can be asked just whether a command succeeds', async () => {
    expect(await succeeds(node(''))).to.equal(true);
    expect(await succeeds(['no-such-command'])).to.equal(false);
  });
});
