import { expect } from 'chai';
import { describeFlags, FLAGS, FlagError, parseFlags } from '../../../reconciler/flags.ts';

describe('flags of the operator', () => {
  it('win over the environment, which wins over defaults', () => {
    const env = { ROLLCALL_IMAGE: 'env', ROLLCALL_WORKERS: '3' };
    const { image, workers, adminPort } = parseFlags(['--image', 'flag'], env);
    expect({ image, workers, adminPort }).to.deep.equal({ image: 'flag', workers: 3, adminPort: 9090 });
  });

  it('cannot be changed once they are read', () => {
    expect(parseFlags(['--image', 'i'], {})).to.be.frozen;
  });

  it('are all explained by --help', () => {
    const text = describeFlags();
    expect(text).to.include(
      '  --workers\n      objects of a kind worked on at once, 1 to 64 (ROLLCALL_WORKERS, default 8)',
    );
    for (const name of Object.keys(FLAGS)) expect(text).to.include(`  --${name}\n`);
  });

  for (const [args, message] of [
    [[], /^--image is missing/],
    [['--image', 'i', '--workers', '0'], /^--workers must be a whole number from 1 to 64, not "0"$/],
    [['--image', 'i', '--workers', 'many'], /^--workers must be a whole number/],
    [['--image', 'i', '--admin-port', '70000'], /^--admin-port must be a whole number from 0 to 65535/],
    [['--image', 'i', '--log-level', 'loud'], /^--log-level must be one of debug, info, warn, error, not "loud"$/],
    [['--image', 'i', '--resync', 'often'], /^--resync must be a duration from 1s to 24h/],
    [['--image', 'i', '--job-priorities', '5..1'], /^--job-priorities must be ranges such as/],
    [['--image', 'i', '--metrics-tls-port', 'https'], /^--metrics-tls-port must be a whole number/],
    [['--image', 'i', '--metrics-certificate', 'f'], /^--metrics-certificate and --metrics-private-key go together$/],
    [
      ['--image', 'i', '--metrics-certificate', 'f', '--metrics-private-key', 'f'],
      /^--metrics-certificate needs --metrics-tls-port$/,
    ],
    [['--colour'], /^Unknown option '--colour'/],
    [['stray'], /^Unexpected argument 'stray'/],
  ] as const) {
    it(`are refused in one line that names the bad one: ${args.join(' ') || 'none at all'}`, () => {
      expect(() => parseFlags(args, {})).to.throw(FlagError, message);
    });
  }
});
