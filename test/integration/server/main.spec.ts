import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import got from 'got';
import { createCertificate } from '../../support/server/certificates.ts';
import { ProcessServer } from '../../support/server/process-server.ts';
import { temporaryFolder, waitUntil, writeFiles } from '../../support/server/test-server.ts';

const anyPort = { host: '127.0.0.1', port: 0 };

describe('node server/main.ts', function () {
  this.timeout(20_000);
  const folder = temporaryFolder();
  const running: ProcessServer[] = [];

  after(() => folder.remove());

  afterEach(async () => {
    for (const server of running.splice(0)) await server.stop();
  });

  const file = () => join(folder.path, 'config.yaml');

  function run(config: object | string, env: Readonly<Record<string, string>> = {}): ProcessServer {
    writeFileSync(file(), typeof config === 'string' ? config : JSON.stringify(config));
    const server = new ProcessServer(file(), env);
    running.push(server);
    return server;
  }

  async function started(config: object, env: Readonly<Record<string, string>> = {}): Promise<ProcessServer> {
    const server = run({ service: anyPort, admin: anyPort, ...config }, env);
    await server.listening();
    return server;
  }

  it('exits with 2 and one line when the config is bad', async () => {
    const server = run('ping: {intervall: 1s}');
    expect(await server.ended).to.equal(2);
    expect(server.lines).to.deep.equal([`rollcall server: ${file()}: ping.intervall: unknown key`]);
  });

  it('exits with 2 and one line when a certificate is unreadable, broken or not that of the key', async () => {
    const [one, other] = [createCertificate('one'), createCertificate('other')];
    writeFiles(folder.path, { 'one.crt': one.certificate, 'other.key': other.privateKey, 'text.crt': 'hello' });
    const service = { protocol: 'https', tlsCertificate: 'one.crt', tlsPrivateKey: 'other.key' };
    for (const [change, reason] of [
      [{ tlsCertificate: 'gone.crt' }, /service\.tlsCertificate: cannot read .*gone\.crt \(ENOENT\)$/],
      [{ tlsCertificate: 'text.crt' }, /service\.tlsCertificate: text\.crt is not a PEM certificate/],
      [{}, /service\.tlsPrivateKey: other\.key is not the private key of one\.crt/],
    ] as const) {
      const server = run({ service: { ...service, ...change } });
      expect(await server.ended).to.equal(2);
      expect(server.lines).to.have.lengthOf(1);
      expect(server.lines[0]).to.match(reason);
    }
  });

  it('exits with 2 and one line when no config is named or the option is unknown', async () => {
    const server = new ProcessServer('');
    expect(await server.ended).to.equal(2);
    expect(server.lines).to.deep.equal(['rollcall server: --config FILE or $ROLLCALL_CONFIG is required']);
  });

  it('exits with 1 and one line when its port is taken', async () => {
    const { port } = await started({});
    const second = run({ service: { host: '127.0.0.1', port }, admin: anyPort });
    expect(await second.ended).to.equal(1);
    expect(second.lines).to.deep.equal([
      `rollcall server: cannot listen on 127.0.0.1 port ${port}: the port is already in use`,
    ]);
  });

  it('is called by its config, else by $POD_NAME', async () => {
    const nameOf = async (server: ProcessServer) =>
      (await got(`http://127.0.0.1:${server.port}/ping`)).headers['x-responder'];
    expect(await nameOf(await started({}, { POD_NAME: 'web-7' }))).to.equal('web-7');
    expect(await nameOf(await started({ name: 'mine' }, { POD_NAME: 'web-7' }))).to.equal('mine');
  });

  it('says draining on SIGTERM, then ends with exit code 0', async () => {
    const server = await started({ ping: { interval: '3s' } });
    server.signal('SIGTERM');
    await waitUntil('it drains', async () => {
      const { statusCode } = await got(`http://127.0.0.1:${server.port}/ping`, { throwHttpErrors: false });
      return statusCode === 503;
    });
    expect(await server.ended).to.equal(0);
  });

  it('reads its config again on SIGHUP', async () => {
    const server = await started({ name: 'before' });
    writeFileSync(file(), JSON.stringify({ name: 'after', service: anyPort, admin: anyPort }));
    server.signal('SIGHUP');
    await waitUntil('the new name', async () => {
      return (await got(`http://127.0.0.1:${server.port}/ping`)).headers['x-responder'] === 'after';
    });
  });
});
