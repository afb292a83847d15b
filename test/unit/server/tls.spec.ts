import { createServer } from 'node:https';
import { type AddressInfo, connect } from 'node:net';
import { join } from 'node:path';
import { expect } from 'chai';
import {
  type CertificateOptions,
  createAuthority,
  createCertificate,
  type KeyPair,
} from '../../support/server/certificates.ts';
import { TestServer, temporaryFolder, waitUntil, writeFiles } from '../../support/server/test-server.ts';

/** A CA, the certificates that the cases need, and servers that are stopped after each. */
describe('TLS between peers', function () {
  this.timeout(60_000);
  const folder = temporaryFolder();
  const running: TestServer[] = [];
  let authority: KeyPair;
  let stranger: KeyPair;

  before(() => {
    authority = createAuthority('group CA');
    stranger = createAuthority('strange CA');
    writeFiles(folder.path, { 'ca.crt': authority.certificate, 'strange-ca.crt': stranger.certificate });
    issue('server', { issuer: authority });
    issue('client', { issuer: authority });
    issue('strange', { issuer: stranger });
    issue('expired', { issuer: authority, days: -1 });
    issue('elsewhere', { issuer: authority, names: ['DNS:elsewhere.example'] });
    issue('self', {});
  });

  after(() => folder.remove());

  afterEach(async () => {
    await Promise.all(running.splice(0).map((server) => server.stop()));
  });

  function issue(name: string, options: CertificateOptions): void {
    const { certificate, privateKey } = createCertificate(name, options);
    writeFiles(folder.path, { [`${name}.crt`]: certificate, [`${name}.key`]: privateKey });
  }

  const path = (file: string) => join(folder.path, file);

  /** The `service` part of a config that speaks TLS with one of the certificates above. */
  function https(name: string, clientCA?: string) {
    const ca = clientCA === undefined ? {} : { clientCA: path(clientCA) };
    return { protocol: 'https', tlsCertificate: path(`${name}.crt`), tlsPrivateKey: path(`${name}.key`), ...ca };
  }

  async function start(config: Record<string, unknown>): Promise<TestServer> {
    const server = await TestServer.start({ ping: { interval: '10s' }, ...config });
    running.push(server);
    return server;
  }

  /** Starts a server as given and one that pings it; resolves with the first line about it. */
  async function pingOnce(service: object, pinger: { service?: object; peer?: object; protocol?: string }) {
    const target = await start({ name: 'web-1', service });
    const url = `${pinger.protocol ?? 'https'}://localhost:${target.port}`;
    const peer = { name: 'web-1', url, ...pinger.peer };
    const server = await start({ name: 'web-0', ...(pinger.service && { service: pinger.service }), peers: [peer] });
    const isAboutIt = (line: string) => line.includes('Pinged ');
    await waitUntil('a ping has ended', () => server.lines.some(isAboutIt));
    return server.lines.find(isAboutIt)!;
  }

  describe('with client certificates', () => {
    const mutual = () => https('server', 'ca.crt');
    const pin = () => ({ acceptCert: path('ca.crt') });

    it('answers a client that the CA signed', async () => {
      const line = await pingOnce(mutual(), { service: https('client', 'ca.crt'), peer: pin() });
      expect(line).to.match(/^Pinged https:\/\/localhost:\d+\/ping - Response: "pong\\n" from web-1 in [\d.]+ ms$/);
    });

    it('refuses a client without a certificate, in phase tls', async () => {
      const line = await pingOnce(mutual(), { peer: pin() });
      expect(line).to.match(/Failed: the peer rejected the client certificate: NO_CERTIFICATE \(tls, CERT_REFUSED\)/);
    });

    it("refuses another CA's client, in phase tls", async () => {
      const line = await pingOnce(mutual(), { service: https('strange', 'strange-ca.crt'), peer: pin() });
      expect(line).to.match(
        /Failed: the peer rejected the client certificate: UNABLE_TO_VERIFY_LEAF_SIGNATURE \(tls, CERT_REFUSED\)/,
      );
    });

    it('refuses an expired client, in phase tls', async () => {
      const line = await pingOnce(mutual(), { service: https('expired', 'ca.crt'), peer: pin() });
      expect(line).to.match(/Failed: the peer rejected the client certificate: CERT_HAS_EXPIRED \(tls, CERT_REFUSED\)/);
    });

    it('refuses plain http', async () => {
      const line = await pingOnce(mutual(), { protocol: 'http' });
      expect(line).to.match(
        /Failed: the peer closed the connection without a response; is this a TLS port\? \(firstByte, /,
      );
    });

    it('lets members of a group trust each other by the CA of their clients', async () => {
      const target = await start({ name: 'web-1', service: mutual() });
      const peers = [{ name: 'web-1', host: 'localhost', port: target.port }];
      const server = await start({ name: 'web-0', service: https('client', 'ca.crt'), peers });
      await waitUntil('web-1 answers', () => server.peer('web-1').ok > 0);
    });
  });

  it('closes a connection that does not say hello in time', async () => {
    const service = { ...https('server'), limits: { requestTimeout: '300ms' } };
    const { port } = await start({ name: 'web-1', service });
    const mute = connect(port, '127.0.0.1').on('error', () => mute.destroy());
    await waitUntil('it is closed', () => mute.resume().destroyed);
  });

  describe('of the server', () => {
    it('refuses a certificate of an unknown CA', async () => {
      const line = await pingOnce(https('strange'), { peer: { acceptCert: path('ca.crt') } });
      expect(line).to.match(
        /Failed: the peer's certificate is from an unknown CA \(tls, UNABLE_TO_GET_ISSUER_CERT_LOCALLY\)/,
      );
    });

    it('refuses an expired certificate', async () => {
      const line = await pingOnce(https('expired'), { peer: { acceptCert: path('ca.crt') } });
      expect(line).to.match(/Failed: the peer's certificate has expired \(tls, CERT_HAS_EXPIRED\)/);
    });

    it('refuses a certificate for another name and says for which', async () => {
      const line = await pingOnce(https('elsewhere'), { peer: { acceptCert: path('ca.crt') } });
      expect(line).to.match(
        /Failed: server name mismatch: .*localhost.*elsewhere\.example.* \(tls, ERR_TLS_CERT_ALTNAME_INVALID\)/,
      );
    });

    it('accepts the name that serverName gives', async () => {
      const peer = { acceptCert: path('ca.crt'), serverName: 'elsewhere.example' };
      expect(await pingOnce(https('elsewhere'), { peer })).to.match(/Response: "pong\\n" from web-1/);
    });

    it('refuses a self-signed certificate that nobody has accepted', async () => {
      expect(await pingOnce(https('self'), {})).to.match(
        /Failed: .* not accepted \(tls, DEPTH_ZERO_SELF_SIGNED_CERT\)/,
      );
    });

    it('says so when a peer does not speak TLS at all', async () => {
      expect(await pingOnce({ protocol: 'http' }, {})).to.match(/Failed: the peer does not speak TLS \(tls, /);
    });

    it('checks an absolute name without its dot', async () => {
      const target = await start({ name: 'web-1', service: https('server') });
      const peer = { name: 'web-1', url: `https://localhost.:${target.port}`, acceptCert: path('ca.crt') };
      const server = await start({ name: 'web-0', peers: [peer] });
      await waitUntil('web-1 answers', () => server.peer('web-1').ok > 0);
      expect(server.lines.at(-1)).to.match(/^Pinged https:\/\/localhost:\d+\/ping/);
    });
  });

  describe('with a pinned certificate', () => {
    it('runs the pinger and ponger config as documented', async () => {
      const ponger = await start({ service: https('self') });
      const url = `https://localhost:${ponger.port}`;
      const pinger = await start({ name: 'pinger', ponger: { url, acceptCert: path('self.crt') } });
      await waitUntil('the ponger answers', () => pinger.peer('ponger').ok > 0);
    });

    it('refuses every other certificate', async () => {
      const line = await pingOnce(https('self'), { peer: { acceptCert: path('server.crt') } });
      expect(line).to.match(/Failed: the peer's certificate is self-signed and not accepted \(tls, /);
    });

    it('accepts a pinned leaf whoever signed it, and no other leaf of that CA', async () => {
      const pinned = { peer: { acceptCert: path('server.crt') } };
      expect(await pingOnce(https('server'), pinned)).to.match(/Response: "pong\\n"/);
      expect(await pingOnce(https('client'), pinned)).to.match(/Failed: .*\(tls, /);
    });

    it('does not take the common name for a name', async () => {
      const { certificate, privateKey } = createCertificate('localhost', { names: [] });
      writeFiles(folder.path, { 'nameless.crt': certificate });
      const other = createServer({ cert: certificate, key: privateKey }, (_, response) => response.end('pong'));
      await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
      const url = `https://localhost:${(other.address() as AddressInfo).port}`;
      const server = await start({ name: 'web-0', peers: [{ name: 'other', url, acceptCert: path('nameless.crt') }] });
      await waitUntil('it fails', () => server.peer('other').failed > 0);
      other.close();
      expect(server.peer('other').lastError?.reason).to.match(/^server name mismatch: .* in subjectAltName \(tls, /);
    });

    it('still checks the name', async () => {
      const line = await pingOnce(https('elsewhere'), { peer: { acceptCert: path('elsewhere.crt') } });
      expect(line).to.match(/Failed: server name mismatch/);
    });
  });

  it('measures tls as a phase of its own, on new connections only', async () => {
    const target = await start({ name: 'web-1', service: https('server') });
    const peer = { name: 'web-1', url: `https://localhost:${target.port}`, acceptCert: path('ca.crt') };
    const ping = { interval: '500ms' };
    const server = await start({ name: 'web-0', ping, log: { format: 'json' }, peers: [peer] });
    await waitUntil('two pings', () => server.peer('web-1').ok > 1);
    const [first, second] = server.lines.map((line) => JSON.parse(line)).filter(({ peer: name }) => name === 'web-1');
    expect(Object.keys(first.phases)).to.deep.equal(['dns', 'tcp', 'tls', 'firstByte']);
    expect(Object.keys(second.phases)).to.deep.equal(['firstByte']);
    const sum = Object.values<number>(first.phases).reduce((a, b) => a + b);
    expect(sum).to.be.at.most(first.ms);
  });
});
