import { expect } from 'chai';
import { faultOf } from '../../../../server/links/judge-result.ts';
import type { PingResult } from '../../../../server/ping/ping-result.ts';

const times = { ms: 2, phases: {} };
const reply: PingResult = { kind: 'reply', status: 200, body: 'pong\n', ...times };
const failure = (phase: 'dns' | 'tcp' | 'tls', code: string): PingResult => ({
  ...{ kind: 'failure', phase, code, reason: 'the reason' },
  ...times,
});

describe('what is wrong with a link', () => {
  it('that has to work is the failure itself', () => {
    const refused = failure('tcp', 'ECONNREFUSED');
    expect(faultOf(refused, 'Reachable')).to.equal(refused);
    expect(faultOf(reply, 'Reachable')).to.equal(undefined);
  });

  it('that must not work is that it does', () => {
    expect(faultOf(reply, 'Unreachable')).to.deep.include({
      phase: 'response',
      code: 'ANSWERED',
      reason: 'expected to be unreachable, but responded',
    });
    expect(faultOf(failure('tls', 'EPROTO'), 'Unreachable')).to.deep.include({
      code: 'EPROTO',
      reason: 'expected to be unreachable, but a connection was established: the reason',
    });
  });

  it('is never more than a report can carry, whatever the target answers', () => {
    const long = { ...failure('tls', 'EPROTO'), reason: 'x'.repeat(294) };
    expect(faultOf(long, 'Unreachable')?.reason).to.have.length(300);
  });

  it('that must not work is nothing when the connection is refused or not answered', () => {
    for (const code of ['ECONNREFUSED', 'TIMEOUT'])
      expect(faultOf(failure('tcp', code), 'Unreachable')).to.equal(undefined);
  });
});
