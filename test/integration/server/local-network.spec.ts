import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect } from 'chai';
import { startTarget } from '../../support/server/targets.ts';
import { temporaryFolder, waitUntil, writeFiles } from '../../support/server/test-server.ts';
import { skipUnlessPossible } from '../../support/skip.ts';

const MAIN = join(import.meta.dirname, '../../../server/main.ts');
const NAMESPACE = ['--net', '--map-root-user', 'sh', '-c'];
const ANY_PORT = { host: '127.0.0.1', port: 0 };

describe('a server whose own machine is in the way', function () {
  this.timeout(60_000);
  const folder = temporaryFolder();

  after(() => folder.remove());

  /** Runs a server by the end of this command, until `enough`. @returns what it logged */
  async function linesOf(
    command: readonly string[],
    peers: readonly object[],
    enough: (lines: readonly string[]) => boolean,
  ) {
    const config = { name: 'web-0', service: ANY_PORT, admin: ANY_PORT, ping: { interval: '100ms' }, peers };
    writeFiles(folder.path, { 'config.json': JSON.stringify(config) });
    const [program = '', ...args] = [...command, process.execPath, MAIN, '--config', join(folder.path, 'config.json')];
    const server = spawn(program, args);
    const lines: string[] = [];
    createInterface({ input: server.stdout }).on('line', (line) => lines.push(line));
    const ended = new Promise((resolve) => server.once('close', resolve));
    try {
      await waitUntil(`enough lines: ${lines.join('\n')}`, () => enough(lines));
      return lines;
    } finally {
      server.kill('SIGINT');
      await ended;
    }
  }

  const about = (lines: readonly string[], text: string) => lines.filter((line) => line.includes(text));

  it('calls an address without a route unreachable, and says once of local policy that it proves nothing', async function () {
    const possible = spawnSync('unshare', [...NAMESPACE, 'ip link set lo up']).status === 0;
    skipUnlessPossible(this, possible ? [] : ['No network namespace can be made here.']);
    const vault = (address: string, expect = 'Unreachable') => ({ name: address, url: `http://${address}`, expect });
    const routes = ['unreachable 192.0.2.2', 'prohibit 192.0.2.3', 'blackhole 192.0.2.4'];
    const setUp = routes.map((route) => `ip route add ${route}`).join(' && ');
    const peers = [1, 2, 3, 4].map((i) => vault(`192.0.2.${i}`));
    const lines = await linesOf(
      ['unshare', ...NAMESPACE, `ip link set lo up && ${setUp} && exec "$0" "$@"`],
      [...peers, vault('192.0.2.3:81', 'Reachable')],
      (soFar) => about(soFar, '//192.0.2.1/').length > 6 && about(soFar, '//192.0.2.2/').length > 6,
    );
    expect(about(lines, '//192.0.2.1/')[0]).to.match(
      /Unreachable, as expected: no route to the network \(tcp, ENETUNREACH\)/,
    );
    expect(about(lines, '//192.0.2.2/')[0]).to.match(
      /Unreachable, as expected: no route to the host \(tcp, EHOSTUNREACH\)/,
    );
    expect(lines.filter((line) => /^WARN|Down|192\.0\.2\.[34]/.test(line))).to.have.members([
      'WARN Cannot send pings, so the state of the peers is unknown: local policy forbids the connection (EACCES)',
      'WARN Cannot send pings, so the state of the peers is unknown: local policy drops the connection (EINVAL)',
    ]);
  });

  it('blames no peer for having no file descriptor left, neither by address nor by name', async () => {
    // Each ping holds its descriptor until the timeout, and the last ones get none.
    const { port, stop } = await startTarget('hang');
    const silent = Array.from({ length: 60 }, (_, i) => ({ name: `p-${i}`, url: `http://127.0.0.1:${port}` }));
    const peers = [...silent, { name: 'named', url: 'http://web.example.' }];
    const script = ['sh', '-c', 'ulimit -n 32 && exec "$0" "$@"'];
    const lines = await linesOf(script, peers, (soFar) => about(soFar, 'is Down').length > 5);
    await stop();
    expect(about(lines, 'Cannot send pings')).to.deep.equal([
      'WARN Cannot send pings, so the state of the peers is unknown: this process has no file descriptors left (EMFILE)',
    ]);
    const blamed = about(lines, 'Failed').filter((line) => !/\((firstByte, TIMEOUT|dns, \w+)\)/.test(line));
    expect(blamed).to.deep.equal([]);
    expect(about(lines, 'system error')).to.deep.equal([]);
  });
});
