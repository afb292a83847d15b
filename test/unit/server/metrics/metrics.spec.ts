import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import got from 'got';
import { createCertificate } from '../../../support/server/certificates.ts';
import { TestServer, temporaryFolder, waitUntil, writeFiles } from '../../../support/server/test-server.ts';

describe('metrics', function () {
  this.timeout(60_000);
  let server: TestServer;

  beforeEach(async () => {
    server = await TestServer.start({ name: 'web-0', ping: { interval: '100ms' } });
  });

  afterEach(() => server.stop());

  const peer = (name: string, zone?: string) => ({ name, host: '127.0.0.1', port: server.port, ...(zone && { zone }) });

  async function pingUntilUp(peers: readonly { readonly name: string }[]): Promise<string> {
    server.rewrite({ name: 'web-0', ping: { interval: '100ms' }, peers });
    await waitUntil('all are Up', () => {
      const { peers: now } = server.report;
      return now.length === peers.length && now.every(({ state, ok }) => state === 'Up' && ok > 2);
    });
    return got(`${server.adminUrl}/metrics`).text();
  }

  it('has three series a peer, and none of a peer that is gone', async () => {
    const before = await pingUntilUp([peer('a'), peer('b')]);
    expect(before.match(/\{peer="b"\}/g)).to.have.lengthOf(3);
    const after = await pingUntilUp([peer('a')]);
    expect(after).not.to.include('peer="b"');
    expect(after.match(/\{peer="a"\}/g)).to.have.lengthOf(3);
  });

  it('counts latencies by phase and zone, from 50 µs, and forgets a zone that is gone', async () => {
    const before = await pingUntilUp([peer('a', 'z1'), peer('b', 'z2')]);
    expect(before).to.match(/rollcall_ping_phase_seconds_bucket\{le="0\.00005",phase="first_byte",zone="z2"\} \d+/);
    expect(before).to.match(/rollcall_ping_phase_seconds_count\{phase="connect",zone="z\d"\} [1-9]/);
    const after = await pingUntilUp([peer('a', 'z1')]);
    expect(after).not.to.include('zone="z2"');
  });

  it("shows the prober's own slowness beside the latencies", async () => {
    const text = await pingUntilUp([peer('a')]);
    expect(text).to.match(/rollcall_ping_lateness_seconds_count \d+/);
    expect(text).to.match(/rollcall_event_loop_delay_seconds\{quantile="0.99"\} [\d.e-]+/);
    expect(text).to.include('# TYPE rollcall_cpu_throttled_seconds_total counter');
  });

  it('shows hash, load time and age of the config', async () => {
    const text = await pingUntilUp([peer('a')]);
    expect(text).to.include(`rollcall_config_info{hash="${server.report.config.hash}"} 1`);
    expect(text.match(/^rollcall_config_info\{/gm)).to.have.lengthOf(1);
    expect(text).to.match(/rollcall_config_loaded_timestamp_seconds \d+/);
    expect(text).to.match(/rollcall_config_age_seconds [\d.]+/);
  });

  it('are all described in the reference, which describes no others', async () => {
    const page = readFileSync(join(import.meta.dirname, '../../../../docs/reference/peer-metrics.md'), 'utf8');
    const table = page.split('\n').filter((line) => line.startsWith('| `'));
    const described = table.flatMap((line) => [...line.split('|')[1]!.matchAll(/`(\w+)`/g)].map(([, name]) => name));
    const text = await pingUntilUp([peer('a')]);
    const exported = [...text.matchAll(/^# TYPE (\w+) /gm)].map(([, name]) => name);
    expect(described).to.have.members(exported);
  });

  it('says that a config was refused', async () => {
    server.rewrite('peers: 7');
    await waitUntil('it is refused', () => server.report.config.error !== undefined);
    expect(await got(`${server.adminUrl}/metrics`).text()).to.include('rollcall_config_refused 1');
  });
});

describe('metrics of the certificate in use', function () {
  this.timeout(60_000);
  const folder = temporaryFolder();
  let server: TestServer | undefined;

  afterEach(() => server?.stop());
  after(() => folder.remove());

  /** Writes a certificate of so many days. @returns its validity, seconds since the epoch */
  function issue(days: number): { from: number; to: number } {
    const { certificate, privateKey } = createCertificate('web-0', { days });
    writeFiles(folder.path, { 'tls.crt': certificate, 'tls.key': privateKey });
    const { validFromDate, validToDate } = new X509Certificate(certificate);
    return { from: validFromDate.getTime() / 1_000, to: validToDate.getTime() / 1_000 };
  }

  const metrics = async () => got(`${server!.adminUrl}/metrics`).text();

  it('say within which time it is valid, and follow it when it is renewed', async () => {
    const first = issue(1);
    const service = {
      protocol: 'https',
      tlsCertificate: join(folder.path, 'tls.crt'),
      tlsPrivateKey: join(folder.path, 'tls.key'),
    };
    server = await TestServer.start({ name: 'web-0', service });
    const text = await metrics();
    expect(text).to.include(`rollcall_certificate_expiry_timestamp_seconds ${first.to}\n`);
    expect(text).to.include(`rollcall_certificate_not_before_timestamp_seconds ${first.from}\n`);
    const second = issue(2);
    await waitUntil('the new one shows', async () =>
      (await metrics()).includes(`rollcall_certificate_expiry_timestamp_seconds ${second.to}\n`),
    );
  });

  it('have no series without TLS', async () => {
    server = await TestServer.start({ name: 'web-0' });
    expect(await metrics()).not.to.match(/^rollcall_certificate_/m);
  });
});
