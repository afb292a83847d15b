import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import got from 'got';
import { createAuthority, createCertificate, type KeyPair } from '../../support/server/certificates.ts';
import { ProcessServer } from '../../support/server/process-server.ts';
import { sleep, type TestReport, temporaryFolder, waitUntil, writeFiles } from '../../support/server/test-server.ts';

const NAMES = ['web-0', 'web-1', 'web-2', 'web-3', 'web-4'];
const ANY_PORT = { host: '127.0.0.1', port: 0 };
const INTERVALS = ['100ms', '150ms', '200ms'];
const TOPOLOGIES = [{ type: 'FullMesh' }, { type: 'Ring' }, { type: 'Sampled', degree: 2 }];
const BAD = ['', 'peers: {', 'ping: {interval: 1ms}', 'nonsense: true', 'peers: [{host: "web-[4-0]", port: 1}]'];

describe('five servers in full mesh at 100 ms with mutual TLS', function () {
  this.timeout(120_000);
  const folder = temporaryFolder();
  const servers: ProcessServer[] = [];
  let first: KeyPair;
  let second: KeyPair;
  /** The machine is so busy that pings time out after 100 ms without any change: then only other failures can tell. */
  let busy = false;
  const leaves = new Map<string, KeyPair>();

  before(async () => {
    [first, second] = [createAuthority('first CA'), createAuthority('second CA')];
    for (const issuer of [first, second]) {
      for (const name of NAMES) leaves.set(`${name} ${issuer.certificate}`, createCertificate(name, { issuer }));
    }
    writeFiles(folder.path, { 'ca.crt': first.certificate });
    for (const name of NAMES) writeLeaf(name, first);
    for (const name of NAMES) {
      write(name, config(name, 0, []));
      servers.push(new ProcessServer(path(`${name}.yaml`)));
    }
    await Promise.all(servers.map((server) => server.listening()));
    for (const name of NAMES) write(name, config(name, 0, NAMES));
    await waitUntil('all 20 links are up', async () => (await upLinks()) === 20, 20_000);
    // Five cold processes share the machine's cores: what that costs is no part of the claim.
    await sleep(3_000);
    const before = await failedPings();
    await sleep(5_000);
    busy = (await failedPings()) > before;
  });

  after(async () => {
    await Promise.all(servers.map((server) => server.stop()));
    folder.remove();
  });

  function writeLeaf(name: string, issuer: KeyPair): void {
    const { certificate, privateKey } = leaves.get(`${name} ${issuer.certificate}`)!;
    writeFiles(folder.path, { [`${name}.crt`]: certificate, [`${name}.key`]: privateKey });
  }

  function path(file: string): string {
    return join(folder.path, file);
  }

  /** Replaces a server's config the way an editor does: a new file renamed over the old. */
  function write(name: string, content: object | string): void {
    writeFileSync(path(`${name}.new`), typeof content === 'string' ? content : JSON.stringify(content));
    renameSync(path(`${name}.new`), path(`${name}.yaml`));
  }

  function config(name: string, round: number, present: readonly string[]) {
    return {
      name,
      service: {
        ...ANY_PORT,
        protocol: 'https',
        tlsCertificate: path(`${name}.crt`),
        tlsPrivateKey: path(`${name}.key`),
        clientCA: path('ca.crt'),
      },
      admin: ANY_PORT,
      ping: { interval: INTERVALS[round % 3], topology: TOPOLOGIES[Math.floor(round / 3) % 3] },
      log: { format: round % 2 === 0 ? 'text' : 'json', replies: round % 4 === 0 ? 'All' : 'Changes' },
      peers: present.map((peer) => ({ name: peer, host: '127.0.0.1', port: servers[NAMES.indexOf(peer)]!.port })),
    };
  }

  async function reports(): Promise<TestReport[]> {
    return Promise.all(servers.map(({ adminUrl }) => got(`${adminUrl}/report`).json<TestReport>()));
  }

  async function upLinks(): Promise<number> {
    return (await reports()).flatMap((report) => report.peers).filter((peer) => peer.state === 'Up').length;
  }

  /** As the servers count them, over their whole life: a removed peer's failures don't vanish from this metric. */
  async function failedPings(): Promise<number> {
    const scrapes = await Promise.all(servers.map(({ adminUrl }) => got(`${adminUrl}/metrics`).text()));
    return scrapes
      .map((text) => Number(/^rollcall_pings_total\{outcome="failed"\} (\d+)$/m.exec(text)?.[1] ?? 0))
      .reduce((a, b) => a + b);
  }

  async function okPings(): Promise<number> {
    return (await reports()).flatMap((report) => report.peers).reduce((sum, peer) => sum + peer.ok, 0);
  }

  /**
   * Runs `change` and expects that no ping failed meanwhile. On a busy machine it is a skipped test once it has shown that
   * none failed for any reason but time.
   */
  async function expectNoMissedBeat(test: Mocha.Context, change: () => Promise<void>): Promise<void> {
    const failedBefore = await failedPings();
    const linesBefore = servers.map(({ lines }) => lines.length);
    await change();
    const failures = servers
      .flatMap(({ lines }, i) => lines.slice(linesBefore[i]))
      .filter((line) => line.includes('Failed: ') && !line.includes('TIMEOUT'));
    expect(failures).to.deep.equal([]);
    if (busy) test.skip();
    expect((await failedPings()) - failedBefore).to.equal(0);
    expect(await upLinks()).to.equal(20);
  }

  it('misses no ping while leaf and CA are rotated', async function () {
    const rotate = async (change: () => void) => {
      change();
      await sleep(1_500);
    };
    const before = await okPings();
    await expectNoMissedBeat(this, async () => {
      await rotate(() => writeFileSync(join(folder.path, 'ca.crt'), first.certificate + second.certificate));
      await rotate(() => {
        for (const name of NAMES) writeLeaf(name, second);
      });
      await rotate(() => writeFileSync(join(folder.path, 'ca.crt'), second.certificate));
      expect((await okPings()) - before).to.be.greaterThan(50);
    });
  });

  it('misses no ping over 50 changes of peers, interval, topology and log', async function () {
    await expectNoMissedBeat(this, async () => {
      for (let round = 1; round <= 50; round++) {
        const present = NAMES.filter((_, i) => i !== round % 7);
        for (const name of NAMES) write(name, config(name, round, present));
        await sleep(200);
      }
      for (const name of NAMES) write(name, config(name, 0, NAMES));
      await waitUntil('all 20 links are up', async () => (await upLinks()) === 20);
    });
  });

  it('misses no ping over 20 configs that are refused', async function () {
    await expectNoMissedBeat(this, async () => {
      for (let round = 0; round < 20; round++) {
        for (const name of NAMES) write(name, BAD[round % BAD.length]!);
        await waitUntil('all five refuse it', async () => {
          return (await reports()).every((report) => report.config.error !== undefined);
        });
        await sleep(100);
      }
    });
  });
});
