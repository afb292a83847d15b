import { expect } from 'chai';
import type { Peer } from '../../../../server/protocol/config.ts';
import { peerAt, sendPing } from '../../../support/server/pings.ts';
import { PONG, RawTarget } from '../../../support/server/raw-target.ts';

const OK = 'HTTP/1.1 200 OK\r\n';

describe('an answer', () => {
  /** The result of a ping that is answered so; then the connection ends, is reset, or stays. */
  async function resultOf(answer: string, then: 'end' | 'reset' | 'stay', timeoutMs = 5_000) {
    const target = await RawTarget.start((socket) => {
      if (then === 'end') socket.end(answer);
      else socket.write(answer, () => then === 'reset' && setImmediate(() => socket.resetAndDestroy()));
    });
    const result = await sendPing(peerAt(target.port), { timeoutMs }).result;
    target.stop();
    return result;
  }

  for (const then of ['end', 'reset'] as const) {
    it(`that breaks off after its headers (${then}) is called so, and not a connection without an answer`, async () => {
      expect(await resultOf(`${OK}content-length: 10\r\n\r\npong\n`, then)).to.include({
        ...{ kind: 'failure', phase: 'response', code: 'INCOMPLETE' },
        reason: 'the connection was closed before the response body was complete, after 5 of 10 bytes',
      });
    });
  }

  it('that breaks off in its headers or before its last chunk is called so too', async () => {
    expect(await resultOf(`${OK}cont`, 'end')).to.include({
      ...{ phase: 'firstByte', code: 'INCOMPLETE' },
      reason: 'the connection was closed before the response headers were complete',
    });
    expect(await resultOf(`${OK}transfer-encoding: chunked\r\n\r\n5\r\npong\n\r\n`, 'end')).to.include({
      ...{ phase: 'response', code: 'INCOMPLETE' },
      reason: 'the connection was closed before the response body was complete, before the last chunk',
    });
  });

  it('that comes in part until the time is up is called so', async () => {
    const { reason } = (await resultOf(`${OK}content-length: 10\r\n\r\npong\n`, 'stay', 100)) as { reason?: string };
    expect(reason).to.equal('an incomplete response (5 bytes of its body) within 100 ms');
  });

  it('that is longer than its content-length says is called so', async () => {
    expect(await resultOf(`${OK}content-length: 3\r\n\r\npong\n`, 'stay')).to.include({
      ...{ phase: 'response', code: 'BAD_LENGTH' },
      reason: 'the response is longer than its content-length (3 bytes)',
    });
  });

  it('whose length is nonsense is called so, and not no HTTP', async () => {
    for (const [headers, reason] of [
      ['content-length: five', 'Invalid character in Content-Length'],
      ['content-length: 5\r\ncontent-length: 6', 'Duplicate Content-Length'],
    ]) {
      expect(await resultOf(`${OK}${headers}\r\n\r\npong\n`, 'end')).to.include({
        reason: `the response is not valid HTTP: ${reason}`,
      });
    }
  });

  it('that switches protocols is a wrong status', async () => {
    for (const headers of ['', 'connection: upgrade\r\nupgrade: websocket\r\n']) {
      expect(await resultOf(`HTTP/1.1 101 Switching Protocols\r\n${headers}\r\n`, 'stay')).to.include({
        ...{ phase: 'response', code: 'BAD_STATUS', reason: 'unexpected status 101' },
      });
    }
  });

  it('may be led by provisional ones', async () => {
    expect(await resultOf(`HTTP/1.1 100 Continue\r\n\r\n${PONG}`, 'stay')).to.include({ kind: 'reply' });
  });
});

describe('a question', () => {
  it('says which program asks, and to members of the group which server', async () => {
    let question = '';
    const target = await RawTarget.start((socket, _, data) => {
      question = data.toLowerCase();
      socket.end(PONG);
    });
    const ask = async (kind: Peer['kind']): Promise<string> => {
      await sendPing(peerAt(target.port, { kind })).result;
      return question;
    };
    expect(await ask('member'))
      .to.match(/\r\nuser-agent: rollcall\/1\.2\.3\r\n/)
      .and.include('\r\nx-requester: web-0\r\n');
    expect(await ask('external'))
      .to.match(/\r\nuser-agent: rollcall\/1\.2\.3\r\n/)
      .and.not.include('web-0');
    target.stop();
  });
});
