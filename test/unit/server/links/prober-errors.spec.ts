import { expect } from 'chai';
import { ProberErrors } from '../../../../server/links/prober-errors.ts';
import type { PingResult } from '../../../../server/ping/ping-result.ts';

const failure = (phase: 'tcp' | 'prober', code: string): PingResult => ({
  ...{ kind: 'failure', phase, code, reason: 'the reason' },
  ...{ ms: 1, phases: {} },
});

describe("the prober's own errors", () => {
  it('are told once, however many links meet them', () => {
    const errors = new ProberErrors();
    expect(errors.note(failure('prober', 'EMFILE'), 0, 1_000)).to.equal(
      'Cannot send pings, so the state of the peers is unknown: the reason (EMFILE)',
    );
    for (let now = 1; now < 600_000; now += 50_000) {
      expect(errors.note(failure('prober', 'EMFILE'), now, 1_000)).to.equal(undefined);
    }
    expect(errors.counts.get('EMFILE')).to.equal(13);
  });

  it('are told again for another reason, and after a minute without', () => {
    const errors = new ProberErrors();
    errors.note(failure('prober', 'EMFILE'), 0, 1_000);
    expect(errors.note(failure('prober', 'ENOBUFS'), 1, 1_000)).to.include('ENOBUFS');
    expect(errors.note(failure('prober', 'EMFILE'), 60_001, 1_000)).to.include('EMFILE');
  });

  it('are told once though pings are an hour apart', () => {
    const errors = new ProberErrors();
    errors.note(failure('prober', 'EMFILE'), 0, 3_600_000);
    expect(errors.note(failure('prober', 'EMFILE'), 3_600_000, 3_600_000)).to.equal(undefined);
  });

  it('are none of what peers do', () => {
    const errors = new ProberErrors();
    expect(errors.note(failure('tcp', 'ECONNREFUSED'), 0, 1_000)).to.equal(undefined);
    expect(errors.counts.size).to.equal(0);
  });
});
