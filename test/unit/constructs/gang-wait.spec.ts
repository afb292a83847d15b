import { execFile, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { addressesFile, waitContainer } from '../../../constructs/gang-wait.ts';

const PLACE = { job: 'train', namespace: 'demo', service: 'train-gang-1-abcde', clusterDomain: 'cluster.local' };
const fqdn = (index: number) => `train-${index}.train-gang-1-abcde.demo.svc.cluster.local.`;
const host = (index: number, ...addresses: string[]) => ({ index, addresses });
const file = (...hosts: ReturnType<typeof host>[]) => addressesFile(PLACE, hosts, 0);

/** What busybox 1.37, busybox before 1.30 and BIND's nslookup print. */
const ANSWERS = {
  busybox: (name: string, ...addresses: string[]) => [
    'Server:\t\t10.96.0.10',
    'Address:\t10.96.0.10:53',
    '',
    ...addresses.map((ip) => `Name:\t${name}\nAddress: ${ip}`),
  ],
  'an old busybox': (name: string, ...addresses: string[]) => [
    'Server:    10.96.0.10',
    `Name:      ${name}`,
    ...addresses.map((ip, n) => `Address ${n + 1}: ${ip} ${name}`),
  ],
  bind: (name: string, ...addresses: string[]) => [
    'Server:\t\t10.96.0.10',
    'Address:\t10.96.0.10#53',
    '',
    ...addresses.map((ip) => `Name:\t${name}\nAddress: ${ip}`),
  ],
};
const NXDOMAIN = "** server can't find it: NXDOMAIN";
const answer = (index: number, ...addresses: string[]) => ({
  [fqdn(index)]: ANSWERS.busybox(fqdn(index), ...addresses).join('\n'),
});

/** The image has busybox, whose shell has programs built in that it prefers to those of the PATH. */
const BUSYBOX = spawnSync('busybox', ['true']).status === 0;
const BUILT_IN_ARE_OURS = `nslookup() { "$DIR/nslookup" "$@"; }\nsleep() { "$DIR/sleep"; }\n`;

/** How things are until the script sleeps the next time. What isn't said stays as it was. */
interface Step {
  /** Content of the file with names and addresses. */
  readonly file?: string;
  /** What nslookup prints, by the name asked for; nothing known of a name: NXDOMAIN. */
  readonly answers?: Readonly<Record<string, string>>;
}

/**
 * Runs the container's own command in busybox's shell, or in this system's without one. Its clock are the steps: whenever it sleeps the next one begins, and it gets
 * SIGTERM, as from the kubelet, once there is none.
 *
 * @returns its exit code, what it printed, and which names it asked for in which step
 */
async function run(steps: readonly Step[]) {
  const dir = mkdtempSync(join(tmpdir(), 'gang-wait-'));
  const program = (name: string, text: string) => {
    writeFileSync(join(dir, name), `#!/bin/sh\n${text}`);
    chmodSync(join(dir, name), 0o755);
  };
  program('nslookup', `echo "$(cat ${dir}/step) $1" >>${dir}/asked\n. ${dir}/answers\n`);
  program('sleep', `n=$(($(cat ${dir}/step) + 1))\n[ -e ${dir}/$n.sh ] || exec kill $PPID\n. ${dir}/$n.sh\n`);
  try {
    writeFileSync(join(dir, 'asked'), '');
    const unknown = `*) echo "${NXDOMAIN}"; exit 1 ;;`;
    for (const [n, { file, answers }] of steps.entries()) {
      const cases = Object.entries(answers ?? {}).map(([name, text]) => `${name}) cat <<'.'\n${text}\n.\n;;`);
      if (file !== undefined) writeFileSync(join(dir, `${n}.file`), file);
      if (answers) writeFileSync(join(dir, `${n}.answers`), `case $1 in\n${cases.join('\n')}\n${unknown}\nesac\n`);
      const lines = [
        `echo ${n} >${dir}/step`,
        file === undefined ? '' : `cp ${dir}/${n}.file ${dir}/addresses`,
        answers ? `cp ${dir}/${n}.answers ${dir}/answers` : '',
      ];
      writeFileSync(join(dir, `${n}.sh`), lines.join('\n'));
    }
    writeFileSync(join(dir, 'answers'), `case $1 in ${unknown} esac\n`);
    const { command } = waitContainer('any', join(dir, 'addresses'), undefined);
    const [shell, option, script, ...args] = command;
    const env = { DIR: dir, PATH: `${dir}:${process.env.PATH}` };
    await done('sh', ['-c', `. ${dir}/0.sh`], env);
    const { code, stdout } = BUSYBOX
      ? await done('busybox', [shell!, option!, `${BUILT_IN_ARE_OURS}${script}`, ...args], env)
      : await done(shell!, [option!, script!, ...args], env);
    const asked = readFileSync(join(dir, 'asked'), 'utf8').trim().split('\n').filter(Boolean);
    return { code, stdout, asked: asked.map((line) => line.split(' ') as [step: string, name: string]) };
  } finally {
    rmSync(dir, { recursive: true });
  }
}

function done(command: string, args: readonly string[], env: NodeJS.ProcessEnv) {
  return new Promise<{ code: number | null; stdout: string }>((resolve) => {
    const child = execFile(command, args, { env, timeout: 5_000 }, (_, stdout) =>
      resolve({ code: child.exitCode, stdout }),
    );
  });
}

describe('the script that waits for the names of a gang', () => {
  before(function () {
    if (process.platform === 'win32') this.skip();
  });

  it('asks for no name before the file has any, and ends once each name resolves to its address', async () => {
    const { code, stdout, asked } = await run([
      {},
      { file: '' },
      { answers: { ...answer(0, '10.0.0.1'), ...answer(1, '10.0.0.2') } },
      { file: file(host(0, '10.0.0.1'), host(1, '10.0.0.2')) },
    ]);
    expect(code).to.equal(0);
    expect(stdout).to.equal('waiting for the addresses of the gang\n');
    expect(asked).to.deep.equal([
      ['3', fqdn(0)],
      ['3', fqdn(1)],
    ]);
  });

  it('waits while a name does not resolve, says which, and asks for none behind it', async () => {
    const hosts = file(host(0, '10.0.0.1'), host(1, '10.0.0.2'));
    const { code, stdout, asked } = await run([
      { file: hosts },
      { answers: answer(0, '10.0.0.1') },
      { answers: { ...answer(0, '10.0.0.1'), ...answer(1, '10.0.0.2') } },
    ]);
    expect(code).to.equal(0);
    expect(stdout).to.equal(
      `waiting for ${fqdn(0)} to resolve to 10.0.0.1\nwaiting for ${fqdn(1)} to resolve to 10.0.0.2\n`,
    );
    expect(asked.map(([step]) => step).join('')).to.equal('01122');
  });

  for (const [what, addresses] of Object.entries({
    'the address of a former pod': ['10.0.0.9'],
    'a longer address that begins with it': ['10.0.0.12'],
    'a longer address that ends with it': ['110.0.0.1'],
    'an address that only a pattern would match': ['10x0y0z1'],
  })) {
    it(`is not content with ${what}`, async () => {
      const { code } = await run([{ file: file(host(0, '10.0.0.1')), answers: answer(0, ...addresses) }]);
      expect(code).to.equal(143);
    });
  }

  for (const [tool, text] of Object.entries(ANSWERS)) {
    it(`reads what ${tool} prints, of both address families`, async () => {
      const dual = { file: file(host(0, '10.0.0.1', 'fd00::1')) };
      const says = (...addresses: string[]) => ({ [fqdn(0)]: text(fqdn(0), ...addresses).join('\n') });
      expect((await run([{ ...dual, answers: says('fd00::1', '10.0.0.1') }])).code).to.equal(0);
      expect((await run([{ ...dual, answers: says('10.0.0.1') }])).code).to.equal(143);
    });
  }

  it('goes by the file as it is now: pods and addresses may change while it waits', async () => {
    const { code, asked } = await run([
      { file: file(host(0, '10.0.0.1'), host(1, '10.0.0.2'), host(2, '10.0.0.3')), answers: answer(0, '10.0.0.1') },
      { file: file(host(0, '10.0.0.1')) },
    ]);
    expect(code).to.equal(0);
    expect(asked).to.deep.equal([
      ['0', fqdn(0)],
      ['0', fqdn(1)],
      ['1', fqdn(0)],
    ]);
  });

  it('takes what it reads for no pattern, option or command', async () => {
    const odd = ['-version', '*', '$(exit)', '`exit`', ';'];
    for (const name of odd) {
      const { code, asked, stdout } = await run([{ file: `${name} 10.0.0.1\n`, answers: {} }]);
      expect({ code, asked }, name).to.deep.equal({ code: 143, asked: [['0', name]] });
      expect(stdout).to.include('to resolve to 10.0.0.1');
    }
    const text = `${ANSWERS.bind(fqdn(0), '10.0.0.1').join('\n')}\n* /* $(exit 4) \\c`;
    expect((await run([{ file: file(host(0, '10.0.0.1')), answers: { [fqdn(0)]: text } }])).code).to.equal(0);
  });

  it('asks for each name of the largest gang at most a hundred names a pod, its own first', async () => {
    const all = Array.from({ length: 1000 }, (_, index) => host(index, `10.0.${index >> 8}.${index & 255}`));
    const names = addressesFile(PLACE, all, 950).trim().split('\n');
    expect(names).to.have.length(100);
    expect(names[0]).to.equal(`${fqdn(950)} 10.0.3.182`);
    expect(names[99]).to.include('train-49.');
  });

  it('stops when it is told to, with the exit code of that', async () => {
    expect((await run([{}, {}, {}])).code).to.equal(143);
  });
});
