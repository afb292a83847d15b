import { expect } from 'chai';
import { operatorCommand } from '../../../../reconciler/flags/command.ts';
import type { Flags } from '../../../../reconciler/flags/read-flags.ts';
import { FLAGS } from '../../../../reconciler/flags/table.ts';
import { UsageError } from '../../../../server/process/command-line.ts';

/** The flags that a command line gives in this environment. */
function parseFlags(args: readonly string[], env: Record<string, string> = {}): Flags {
  let flags: Flags | undefined;
  operatorCommand(env, (read) => {
    flags = read;
  }).parse(args, { from: 'user' });
  return flags!;
}

describe('flags of the operator', () => {
  it('win over the environment, which wins over defaults', () => {
    const env = { ROLLCALL_IMAGE: 'env', ROLLCALL_WORKERS: '3' };
    const { image, workers, adminPort } = parseFlags(['--image', 'flag'], env);
    expect({ image, workers, adminPort }).to.deep.equal({ image: 'flag', workers: 3, adminPort: 9090 });
  });

  it('cannot be changed once they are read', () => {
    expect(parseFlags(['--image', 'i'])).to.be.frozen;
  });

  it('may name several namespaces, by one flag each or by one variable', () => {
    const both = ['--image', 'i', '--namespace', 'team-a', '--namespace', 'team-b,team-c', '--namespace', 'team-a'];
    expect(parseFlags(both, { ROLLCALL_NAMESPACE: 'x' }).namespaces).to.deep.equal(['team-a', 'team-b', 'team-c']);
    expect(parseFlags(['--image', 'i'], { ROLLCALL_NAMESPACE: 'x, y' }).namespaces).to.deep.equal(['x', 'y']);
    expect(parseFlags(['--image', 'i']).namespaces).to.equal(undefined);
    const many = Array.from({ length: 101 }, (_, n) => `n${n}`).join();
    expect(() => parseFlags(['--image', 'i', '--namespace', many])).to.throw(UsageError, /^--namespace names more/);
  });

  it('look for the operator and others where its pod is, though its Lease may be elsewhere', () => {
    const args = ['--image', 'i', '--leader-elect-namespace', 'leases'];
    const found = ({ election }: Flags) => [election?.namespace, election?.operatorNamespace];
    expect(found(parseFlags(args, { POD_NAMESPACE: 'ops' }))).to.deep.equal(['leases', 'ops']);
    expect(found(parseFlags(args))).to.deep.equal(['leases', 'leases']);
    expect(found(parseFlags(['--image', 'i'], { POD_NAMESPACE: 'ops' }))).to.deep.equal(['ops', 'ops']);
  });

  it('are all explained by --help', () => {
    const text = operatorCommand({}, () => {})
      .helpInformation()
      .replace(/\s+/g, ' ');
    expect(text).to.include('Concurrent reconciles for each kind (1 to 64). (env: ROLLCALL_WORKERS, default: 8)');
    for (const [name, { value, help }] of Object.entries(FLAGS))
      expect(text).to.include(` --${name} <${value}> ${help}`);
  });

  for (const [args, message] of [
    [[], /^--image is required/],
    [['--image', 'i', '--workers', '0'], /^--workers must be a whole number from 1 to 64, not "0"$/],
    [['--image', 'i', '--workers', 'many'], /^--workers must be a whole number/],
    [['--image', 'i', '--admin-port', '70000'], /^--admin-port must be a whole number from 0 to 65535/],
    [['--image', 'i', '--namespace', 'Team/A'], /^--namespace must be the name of a namespace, not "Team\/A"$/],
    [['--image', 'i', '--log-level', 'loud'], /^--log-level must be one of debug, info, warn, error, not "loud"$/],
    [['--image', 'i', '--resync', 'often'], /^--resync must be a duration from 1s to 24h/],
    [['--image', 'i', '--job-priorities', '5..1'], /^--job-priorities must be ranges such as/],
    [['--image', 'i', '--metrics-tls-port', 'https'], /^--metrics-tls-port must be a whole number/],
    [
      ['--image', 'i', '--metrics-certificate', 'f'],
      /^--metrics-certificate and --metrics-private-key must be set together$/,
    ],
    [
      ['--image', 'i', '--metrics-certificate', 'f', '--metrics-private-key', 'f'],
      /^--metrics-certificate requires --metrics-tls-port$/,
    ],
    [['--colour'], /^unknown option '--colour'$/],
    [['--leaf-lifetme', '1h'], /^unknown option '--leaf-lifetme' \(Did you mean --leaf-lifetime\?\)$/],
    [['--image'], /^option '--image <image>' argument missing$/],
    [['stray'], /^too many arguments\. Expected 0 arguments but got 1/],
  ] as const) {
    it(`are refused in one line that names the bad one: ${args.join(' ') || 'none at all'}`, () => {
      expect(() => parseFlags(args)).to.throw(UsageError, message);
    });
  }
});
