import { createSocket, type Socket } from 'node:dgram';
import { Resolver } from 'node:dns/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect } from 'chai';
import { parseNameServers } from '../../../../server/dns/name-servers.ts';
import { createSystemResolver } from '../../../../server/dns/system-resolver.ts';
import { describeLookup } from '../../../../server/ping/describe-error.ts';
import { systemClock } from '../../../../server/time/clock.ts';
import { temporaryFolder, writeFiles } from '../../../support/server/test-server.ts';

describe('system resolver', () => {
  const folder = temporaryFolder();
  const file = join(folder.path, 'resolv.conf');
  const servers: Socket[] = [];

  after(() => {
    for (const server of servers) server.close();
    folder.remove();
  });

  it('asks the name servers and searches the domains that resolv.conf has at the time', async () => {
    const [one, other] = [await nameServer([10, 0, 0, 1]), await nameServer([10, 0, 0, 2])];
    const resolver = createSystemResolver(systemClock, file);
    const resolve = async (name: string) => (await resolver.resolve(name)).addresses[0]?.address;
    writeFiles(folder.path, { 'resolv.conf': `nameserver ${one.address}\nsearch one.test\noptions ndots:2\n` });
    expect(await resolve('a.x')).to.equal('10.0.0.1');
    expect(one.asked).to.include('a.x.one.test');
    writeFiles(folder.path, { 'resolv.conf': `nameserver ${other.address}\nsearch other.test\noptions ndots:2\n` });
    expect(await resolve('b.x')).to.equal('10.0.0.2');
    expect(other.asked).to.include('b.x.other.test');
  });

  it('says that there is no name server where resolv.conf is missing or empty and none is on this machine', async function () {
    const local = new Resolver({ tries: 1, timeout: 1_000 });
    local.setServers(['127.0.0.1']);
    const refused = await local.resolve4('a.test').catch(({ code }) => code === 'ECONNREFUSED');
    if (refused !== true) this.skip();
    for (const path of [join(folder.path, 'missing'), '/dev/null']) {
      const error = await createSystemResolver(systemClock, path)
        .resolve('a.test.')
        .catch((failure: NodeJS.ErrnoException) => failure);
      expect(error).to.include({ code: 'NO_NAME_SERVER' });
      expect(describeLookup(error as NodeJS.ErrnoException)).to.include({ phase: 'dns', code: 'NO_NAME_SERVER' });
    }
  });

  it('takes the first three addresses', () => {
    const text =
      '# nameserver 10.0.0.9\nnameserver 10.0.0.1\n nameserver fd00::1 \nnameserver\nnameserver a\nnameserver b\n';
    expect(parseNameServers(text)).to.deep.equal(['10.0.0.1', 'fd00::1', 'a']);
  });

  async function nameServer(
    address: readonly number[],
  ): Promise<{ readonly address: string; readonly asked: string[] }> {
    const asked: string[] = [];
    const server = createSocket('udp4');
    servers.push(server);
    server.on('message', (question, { port, address: host }) => {
      asked.push(nameIn(question));
      server.send(answerTo(question, address), port, host);
    });
    await new Promise<void>((resolve) => server.bind(0, '127.0.0.1', resolve));
    return { address: `127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
  }
});

/** RFC 1035, section 4: a header of 12 bytes, then labels, each led by its length. */
function nameIn(question: Buffer): string {
  const labels: string[] = [];
  for (let at = 12; question[at]! > 0; at += question[at]! + 1) {
    labels.push(question.toString('latin1', at + 1, at + 1 + question[at]!));
  }
  return labels.join('.');
}

/** One A record, or none for another type. */
function answerTo(question: Buffer, address: readonly number[]): Buffer {
  const end = question.indexOf(0, 12) + 5;
  const isA = question.readUInt16BE(end - 4) === 1;
  const head = Buffer.from(question.subarray(0, end));
  head.writeUInt16BE(0x8180, 2);
  head.writeUInt32BE(isA ? 0x0001_0000 : 0, 6);
  head.writeUInt16BE(0, 10);
  const record = [0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, ...address];
  return Buffer.concat([head, Buffer.from(isA ? record : [])]);
}
