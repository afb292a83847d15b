import { expect } from 'chai';
import { CommanderError } from 'commander';
import manifest from '../../../../package.json' with { type: 'json' };
import { createCommand, UsageError } from '../../../../server/process/command-line.ts';

describe('a command line', () => {
  function command() {
    return createCommand('rollcall bake')
      .option('-t, --timeout <duration>', 'how long', '60s')
      .option('-A, --all', 'all of them')
      .argument('[names...]')
      .action(() => {});
  }

  /** What a command prints for these arguments before it ends with status 0. */
  function printed(...args: string[]): string {
    let text = '';
    const bake = command().configureOutput({ writeOut: (part) => (text += part) });
    expect(() => bake.parse(args, { from: 'user' }))
      .to.throw(CommanderError)
      .with.property('exitCode', 0);
    return text;
  }

  it('may ask for help or the version', () => {
    expect(printed('--help'))
      .to.match(/^Usage: rollcall bake \[options\] \[names\.\.\.\]\n/)
      .and.to.equal(printed('-h'));
    expect(printed('--version')).to.equal(`${manifest.version}\n`);
  });

  it('has options in any form and order, and names', () => {
    const bake = command().parse(['a', '-At', '5s', '--', '-b'], { from: 'user' });
    expect(bake.opts()).to.deep.equal({ timeout: '5s', all: true });
    expect(bake.args).to.deep.equal(['a', '-b']);
    expect(command().parse(['--timeout=-1s'], { from: 'user' }).opts()).to.deep.equal({ timeout: '-1s' });
  });

  for (const [args, message] of [
    [['--tiemout', '5s'], /^unknown option '--tiemout' \(Did you mean --timeout\?\)$/],
    [['--time', '5s'], /^unknown option '--time'/],
    [['-x'], /^unknown option '-x'$/],
    [['--timeout'], /^option '-t, --timeout <duration>' argument missing$/],
  ] as const) {
    it(`that makes no sense is an error of one line: ${args.join(' ')}`, () => {
      expect(() => command().parse(args, { from: 'user' })).to.throw(UsageError, message);
    });
  }

  it('may name nothing where a command takes no names', () => {
    const bare = () => createCommand('rollcall rest').action(() => {});
    expect(() => bare().parse(['stray'], { from: 'user' })).to.throw(UsageError, /^too many arguments/);
  });
});
