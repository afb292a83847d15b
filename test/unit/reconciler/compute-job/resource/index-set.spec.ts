import { expect } from 'chai';
import fc from 'fast-check';
import { formatIndexes, parseIndexes } from '../../../../../reconciler/compute-job/resource/index-set.ts';

describe('sets of indexes', () => {
  it('are written as an Indexed Job writes them', () => {
    expect(formatIndexes([4, 0, 2, 1])).to.equal('0-2,4');
    expect(formatIndexes([])).to.equal('');
  });

  for (const [text, indexes] of [
    ['0-99999999999', 1000],
    ['0-1,99999999999-999999999999', 2],
    ['-5', 0],
    ['1-,x,2-1,4', 1],
    ['0-999,'.repeat(100_000), 1000],
  ] as const) {
    it(`are read within bounds from ${text.slice(0, 30)}`, () => {
      const started = process.cpuUsage();
      expect(parseIndexes(text).size).to.equal(indexes);
      expect(process.cpuUsage(started).user).to.be.lessThan(200_000);
    });
  }

  it('are read as they were written', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(200)), (indexes) => {
        expect([...parseIndexes(formatIndexes(indexes))]).to.have.members(indexes);
      }),
    );
  });
});
