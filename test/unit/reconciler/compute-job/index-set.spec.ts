import { expect } from 'chai';
import fc from 'fast-check';
import { formatIndexes, parseIndexes } from '../../../../reconciler/compute-job/index-set.ts';

describe('sets of indexes', () => {
  it('are written as an Indexed Job writes them', () => {
    expect(formatIndexes([4, 0, 2, 1])).to.equal('0-2,4');
    expect(formatIndexes([])).to.equal('');
  });

  it('are read as they were written', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(200)), (indexes) => {
        expect([...parseIndexes(formatIndexes(indexes))]).to.have.members(indexes);
      }),
    );
  });
});
