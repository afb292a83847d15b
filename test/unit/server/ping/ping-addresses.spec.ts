import { expect } from 'chai';
import type { Address } from '../../../../server/dns/resolver.ts';
import { judge } from '../../../../server/links/judge-result.ts';
import { peerAt, sendPing } from '../../../support/server/pings.ts';
import { PONG, RawTarget } from '../../../support/server/raw-target.ts';

const v4 = (address: string): Address => ({ address, family: 4 });

describe('a ping of a name', function () {
  this.timeout(20_000);
  let target: RawTarget | undefined;

  afterEach(() => target?.stop());

  /** Answers pings on one loopback address. */
  async function answerOn(address: string): Promise<number> {
    target = await RawTarget.start((socket) => socket.write(PONG), undefined, address);
    return target.port;
  }

  const resolvesTo =
    (...addresses: string[]) =>
    async () => ({ addresses: addresses.map(v4) });

  it('reaches the second address when the first is refused, and says which', async () => {
    const port = await answerOn('127.0.0.3');
    const { result } = sendPing(peerAt(port, { host: 'web' }), { resolve: resolvesTo('127.0.0.2', '127.0.0.3') });
    expect(await result).to.include({ kind: 'reply', address: '127.0.0.3' });
  });

  it('is no proof of an unreachable name when one of its addresses connects', async () => {
    const port = await answerOn('127.0.0.3');
    const peer = peerAt(port, { host: 'web', expect: 'Unreachable' });
    const result = await sendPing(peer, { resolve: resolvesTo('127.0.0.2', '127.0.0.3') }).result;
    expect(result).to.include({ kind: 'reply', address: '127.0.0.3' });
    expect(judge(result, 'Unreachable')).to.equal('failed');
  });

  it('proves nothing while more addresses may exist', async () => {
    const incomplete = Object.assign(new Error('no'), { code: 'ESERVFAIL' });
    const resolve = async () => ({ addresses: [v4('127.0.0.2')], incomplete });
    const result = await sendPing(peerAt(1, { host: 'web', expect: 'Unreachable' }), { resolve }).result;
    expect(result).to.include({ kind: 'failure', phase: 'dns', code: 'ESERVFAIL' });
    expect(judge(result, 'Unreachable')).to.equal('unresolved');
  });

  it('proves nothing of a name with more addresses than can be tried', async () => {
    const resolve = resolvesTo(...Array.from({ length: 65 }, (_, i) => `127.0.1.${i}`));
    const result = await sendPing(peerAt(1, { host: 'web', expect: 'Unreachable' }), { resolve }).result;
    expect(result).to.include({ phase: 'dns', code: 'TOO_MANY_ADDRESSES' });
  });

  it('asks for every address only where none must work', async () => {
    const asked: boolean[] = [];
    for (const expected of ['Reachable', 'Unreachable'] as const) {
      const resolve = async (_: string, everything: boolean) => {
        asked.push(everything);
        return { addresses: [v4('127.0.0.2')] };
      };
      await sendPing(peerAt(1, { host: 'web', expect: expected }), { resolve }).result;
    }
    expect(asked).to.deep.equal([false, true]);
  });

  it('knows from the socket that nothing was connected, whatever the error is called', async () => {
    // The kernel connects to no broadcast address: ENETUNREACH, as without a route.
    const result = await sendPing(peerAt(80, { host: '127.255.255.255', expect: 'Unreachable' })).result;
    expect(result).to.include({ kind: 'failure', phase: 'tcp', code: 'ENETUNREACH' });
    expect(judge(result, 'Unreachable')).to.equal('ok');
  });
});
