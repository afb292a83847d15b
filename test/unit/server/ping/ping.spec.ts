import { expect } from 'chai';
import { peerAt, sendPing } from '../../../support/server/pings.ts';
import { RawTarget } from '../../../support/server/raw-target.ts';

describe('a ping', () => {
  it('fails when nobody answers in time', async () => {
    const target = await RawTarget.start(() => {});
    const { result } = sendPing(peerAt(target.port), { timeoutMs: 50 });
    expect(await result).to.include({ kind: 'failure', code: 'TIMEOUT', reason: 'no response within 50 ms' });
    target.stop();
  });

  it('that is canceled has no result, and closes its connection', async () => {
    let closed: () => void = () => {};
    const isClosed = new Promise<void>((resolve) => {
      closed = resolve;
    });
    let asked: () => void = () => {};
    const isAsked = new Promise<void>((resolve) => {
      asked = resolve;
    });
    const target = await RawTarget.start((socket) => {
      socket.once('close', closed);
      asked();
    });
    const ping = sendPing(peerAt(target.port));
    void ping.result.then(() => expect.fail('it has a result'));
    await isAsked;
    ping.cancel();
    await isClosed;
    target.stop();
  });
});
