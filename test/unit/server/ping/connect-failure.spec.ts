import { expect } from 'chai';
import { describeUnconnected } from '../../../../server/ping/connect-failure.ts';

const failed = (address: string, code: string) => ({ address, error: Object.assign(new Error(code), { code }) });
const pending = (address: string) => ({ address });
const about = (attempts: { address: string }[], expect: 'Reachable' | 'Unreachable' = 'Reachable', untried = 0) =>
  describeUnconnected({ attempts, untried, named: true, expect, timeoutMs: 2_000 });

describe('why no connection was made', () => {
  it('names each address and what became of it', () => {
    expect(about([failed('10.0.0.1', 'ECONNREFUSED'), pending('fd00::1')])).to.deep.equal({
      phase: 'tcp',
      code: 'ECONNREFUSED',
      reason: '10.0.0.1: connection refused; fd00::1: no response within 2000 ms',
    });
  });

  it('says only what happened where the target is an address', () => {
    const ping = { attempts: [pending('10.0.0.1')], untried: 0, named: false, timeoutMs: 2_000 };
    expect(describeUnconnected({ ...ping, expect: 'Reachable' }).reason).to.equal('no response within 2000 ms');
  });

  it('counts the addresses that it does not name, tried or not', () => {
    const many = Array.from({ length: 5 }, (_, i) => pending(`10.0.0.${i}`));
    expect(about(many, 'Reachable', 4).reason).to.match(/^10\.0\.0\.0: .*; 10\.0\.0\.2: [^;]*; and 6 more addresses$/);
    expect(about(many.slice(0, 1), 'Reachable', 4).reason).to.match(/; and 4 more addresses$/);
  });

  it('is the prober when every attempt failed on this machine', () => {
    for (const code of [
      'EMFILE',
      'ENFILE',
      'ENOBUFS',
      'ENOMEM',
      'EADDRNOTAVAIL',
      'EPERM',
      'EACCES',
      'EINVAL',
      'ENETDOWN',
    ]) {
      expect(about([failed('10.0.0.1', code)])).to.include({ phase: 'prober', code });
    }
  });

  it('is the peer when one address says no, whatever happened to the others', () => {
    const mixed = [failed('10.0.0.1', 'EADDRNOTAVAIL'), failed('fd00::1', 'ECONNREFUSED')];
    expect(about(mixed)).to.include({ phase: 'tcp', code: 'ECONNREFUSED' });
    expect(about(mixed, 'Unreachable')).to.include({ phase: 'prober', code: 'EADDRNOTAVAIL' });
  });
});
