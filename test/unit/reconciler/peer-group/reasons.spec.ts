import { expect } from 'chai';
import { CONDITIONS, EVENTS, eventOf, finding, LINK_REASONS } from '../../../../reconciler/peer-group/reasons.ts';

describe('reasons of a PeerGroup', () => {
  it('are words in CamelCase, each explained by sentences', () => {
    const all = [...Object.values(CONDITIONS), EVENTS, LINK_REASONS].flatMap((table) => Object.entries(table));
    expect(all.length).to.be.greaterThan(50);
    const odd = all.filter(([reason, { meaning }]) => !/^[A-Z][A-Za-z]*$/.test(reason) || !/^\S.*\.$/.test(meaning));
    expect(odd).to.deep.equal([]);
  });

  it('decide the status of their condition', () => {
    const expected = { type: 'Connected', status: 'Unknown', reason: 'ReportsStale', message: 'No report.' };
    expect(finding('Connected', 'ReportsStale', 'No report.')).to.deep.equal(expected);
  });

  it('decide the type of their Event, problems included', () => {
    expect(eventOf('LinkUp')).to.deep.equal({ type: 'Normal', reason: 'LinkUp' });
    expect(eventOf('QuotaExceeded')).to.deep.equal({ type: 'Warning', reason: 'QuotaExceeded' });
  });

  it('are refused by the compiler where the table does not explain them', () => {
    // @ts-expect-error: not in the table
    const undocumented = () => finding('Degraded', 'Undocumented', '');
    // @ts-expect-error: of another condition
    const misplaced = () => finding('Ready', 'RolledOut', '');
    expect([undocumented, misplaced]).to.have.length(2);
  });
});
