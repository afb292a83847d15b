import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { ConfigSource } from '../../../server/config/config-source.ts';
import { systemClock } from '../../../server/time/clock.ts';
import { createCertificate } from '../../support/server/certificates.ts';
import { sleep, temporaryFolder, waitUntil, writeFiles } from '../../support/server/test-server.ts';

const ROOT = join(import.meta.dirname, '../../..');
const OUT_OF_DESCRIPTORS = `
import { closeSync, openSync } from 'node:fs';
import { systemClock } from '${ROOT}/server/time/clock.ts';
import { ConfigSource } from '${ROOT}/server/config/config-source.ts';
const source = await ConfigSource.open(process.argv[1], 'unnamed', systemClock);
source.follow({ onChange() {}, onRejected() {} });
await source.reload();
const held = [];
try {
  for (;;) held.push(openSync('/dev/null', 'r'));
} catch {}
await source.reload();
const failure = source.failure;
for (const fd of held) closeSync(fd);
console.log(failure?.message ?? 'none');
const end = performance.now() + 5_000;
while (source.failure && performance.now() < end) await new Promise((resolve) => setTimeout(resolve, 50));
console.log(source.failure?.message ?? 'none');
source.close();
`;

describe('config source', function () {
  this.timeout(20_000);
  const { certificate, privateKey } = createCertificate('web');
  let folder: ReturnType<typeof temporaryFolder>;
  let source: ConfigSource | undefined;
  let refused: string[];
  let changes: number;

  beforeEach(() => {
    folder = temporaryFolder();
    refused = [];
    changes = 0;
  });

  afterEach(() => {
    source?.close();
    folder.remove();
  });

  const path = (file: string) => join(folder.path, file);
  const config = (name: string, extra: object = {}) => JSON.stringify({ name, ...extra });
  const withCertificate = (crt: string, key: string) => ({
    service: { protocol: 'https', tlsCertificate: crt, tlsPrivateKey: key },
  });

  async function follow(file: string): Promise<ConfigSource> {
    source = await ConfigSource.open(file, 'unnamed', systemClock);
    source.follow({ onChange: () => void changes++, onRejected: (message) => void refused.push(message) });
    return source;
  }

  async function started(extra: object = {}): Promise<ConfigSource> {
    writeFileSync(path('config.yaml'), config('before', extra));
    return follow(path('config.yaml'));
  }

  const isNamed = (name: string) => () => source!.current.config.name === name;

  it('takes a config whose certificate is written after it, in a folder that is made after it', async () => {
    await started();
    writeFileSync(path('config.yaml'), config('after', withCertificate('tls/web.crt', 'tls/web.key')));
    await waitUntil('it is rejected', () => refused.length > 0);
    expect(refused[0]).to.match(/tlsCertificate: cannot read .*web\.crt \(ENOENT\)$/);
    writeFiles(path('tls'), { 'web.crt': certificate, 'web.key': privateKey });
    await waitUntil('it is taken', isNamed('after'), 5_000);
    expect(source!.failure).to.equal(undefined);
  });

  it('takes a config whose certificate is repaired', async () => {
    await started();
    writeFiles(folder.path, { 'web.crt': certificate.slice(0, 300), 'web.key': privateKey });
    writeFileSync(path('config.yaml'), config('after', withCertificate('web.crt', 'web.key')));
    await waitUntil('it is rejected', () => refused.length > 0);
    writeFileSync(path('web.crt'), certificate);
    await waitUntil('it is taken', isNamed('after'), 5_000);
  });

  it('takes a config after its folder was away for longer than between two looks, and follows it from then on', async () => {
    mkdirSync(path('mounted'));
    writeFileSync(path('mounted/config.yaml'), config('before'));
    await follow(path('mounted/config.yaml'));
    rmSync(path('mounted'), { recursive: true });
    await sleep(2_500);
    expect(refused).to.have.lengthOf(1);
    writeFiles(path('mounted'), { 'config.yaml': config('after') });
    await waitUntil('it is taken', isNamed('after'), 5_000);
    await sleep(1_200);
    writeFileSync(path('mounted/config.yaml'), config('later'));
    await waitUntil('the next one is taken by an event', isNamed('later'), 900);
  });

  it('takes a config once there are file descriptors again', () => {
    writeFileSync(path('config.yaml'), config('web'));
    // A process of its own, because it uses up all that it may have.
    const limited = ['-c', 'ulimit -n 64; exec "$0" --input-type=module --eval "$1" "$2"'];
    const script = [process.execPath, OUT_OF_DESCRIPTORS, path('config.yaml')];
    const [failure, later] = execFileSync('sh', [...limited, ...script], { encoding: 'utf8' })
      .trim()
      .split('\n');
    expect(failure).to.match(/cannot read .*config\.yaml \(EMFILE\)$/);
    expect(later).to.equal('none');
  });

  it('does not take a file that is still being written', async () => {
    await started();
    const lines = [`name: after\nadmin: {port: 1}\nlog: {format: json}\npeers:\n`];
    for (let i = 0; i < 8; i++) lines.push(`  - {name: p${i}, url: "http://p${i}"}\n`);
    writeFileSync(path('config.yaml'), '');
    for (const line of lines) {
      appendFileSync(path('config.yaml'), line);
      await sleep(60);
    }
    await waitUntil('it is taken', isNamed('after'), 5_000);
    expect(source!.current.config.peers).to.have.lengthOf(8);
    expect(changes).to.equal(1);
    expect(refused).to.deep.equal([]);
  });

  it('takes a file that never stops being written as it is', async () => {
    await started();
    writeFileSync(path('config.yaml'), `${config('after')}\n`);
    const timer = setInterval(() => appendFileSync(path('config.yaml'), '\n'), 20);
    try {
      await waitUntil('it is taken', isNamed('after'), 10_000);
    } finally {
      clearInterval(timer);
    }
  });

  it('waits at the start for a file that is being written', async () => {
    writeFileSync(path('config.yaml'), 'name: before\npeers: [');
    setTimeout(() => appendFileSync(path('config.yaml'), '{name: p, url: "http://p"}]\n'), 50);
    expect((await follow(path('config.yaml'))).current.config.peers).to.have.lengthOf(1);
  });

  it('reads pipes once and never again, the config as well as a key', async () => {
    for (const pipe of ['config.pipe', 'key.pipe']) execFileSync('mkfifo', [path(pipe)]);
    writeFileSync(path('web.crt'), certificate);
    const tls = withCertificate(path('web.crt'), path('key.pipe'));
    const written = [writeOnce(path('config.pipe'), config('piped', tls)), writeOnce(path('key.pipe'), privateKey)];
    await follow(path('config.pipe'));
    await Promise.all(written);
    await source!.reload();
    await sleep(1_200);
    await source!.reload();
    expect(refused).to.deep.equal([]);
    expect(source!.current.config.name).to.equal('piped');
    // What can change is still followed.
    const renewed = createCertificate('other').certificate;
    writeFileSync(path('web.crt.new'), renewed);
    renameSync(path('web.crt.new'), path('web.crt'));
    await waitUntil('the other certificate is rejected', () => refused.length > 0, 3_000);
  });

  it('reads no more of a file than a config can have', async () => {
    const failure = await ConfigSource.open('/dev/zero', 'unnamed', systemClock).catch((error: Error) => error.message);
    expect(failure).to.match(/^\/dev\/zero: \/dev\/zero is larger than \d+ bytes$/);
  });
});

async function writeOnce(pipe: string, text: string): Promise<void> {
  const file = await open(pipe, 'w');
  await file.writeFile(text);
  await file.close();
}
