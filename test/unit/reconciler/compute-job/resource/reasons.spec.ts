import { expect } from 'chai';
import { CONDITIONS, EVENTS, finding, jobEvent } from '../../../../../reconciler/compute-job/resource/reasons.ts';
import { CONDITIONS as NODE_CONDITIONS } from '../../../../../reconciler/compute-node/reasons.ts';

describe('reasons of ComputeJobs and ComputeNodes', () => {
  it('are words in CamelCase, each explained by a sentence', () => {
    const tables = [...Object.values(CONDITIONS), ...Object.values(NODE_CONDITIONS), EVENTS];
    const all = tables.flatMap((table) => Object.entries(table));
    expect(all.length).to.be.greaterThan(45);
    const odd = all.filter(([reason, { meaning }]) => !/^[A-Z][A-Za-z]*$/.test(reason) || !/^[A-Z].*\.$/.test(meaning));
    expect(odd).to.deep.equal([]);
  });

  it('decide the status of their condition', () => {
    const expected = { type: 'Scheduled', status: 'False', reason: 'BackingOff', message: 'later' };
    expect(finding('Scheduled', 'BackingOff', 'later')).to.deep.equal(expected);
  });

  it('decide the type of their Event', () => {
    expect(jobEvent('Grown', 'more')).to.deep.equal({ type: 'Normal', reason: 'Grown', note: 'more' });
    for (const reason of ['WaitingToGrow', 'DeadlineExceeded', 'InvalidSpec'] as const) {
      expect(jobEvent(reason, '').type, reason).to.equal('Warning');
    }
  });

  it('are refused by the compiler where the table does not explain them', () => {
    // @ts-expect-error: not in the table
    const undocumented = () => finding('Scheduled', 'Undocumented', '');
    // @ts-expect-error: of another condition
    const misplaced = () => finding('Complete', 'Resumed', '');
    // @ts-expect-error: not the reason of an Event
    const unknown = () => jobEvent('Idle', '');
    expect([undocumented, misplaced, unknown]).to.have.length(3);
  });
});
