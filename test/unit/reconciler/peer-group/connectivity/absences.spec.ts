import { expect } from 'chai';
import { Absences } from '../../../../../reconciler/peer-group/connectivity/absences.ts';

describe('absences', () => {
  it('count from when a peer was first missed, until it is there', () => {
    const absences = new Absences();
    absences.note('ns/web', ['web-0'], 1_000);
    expect([...absences.note('ns/web', ['web-0', 'web-1'], 2_000)]).to.deep.equal([
      ['web-0', 1_000],
      ['web-1', 2_000],
    ]);
    expect([...absences.note('ns/web', ['web-1'], 3_000)]).to.deep.equal([['web-1', 2_000]]);
    absences.note('ns/web', [], 4_000);
    expect([...absences.note('ns/web', ['web-1'], 5_000)]).to.deep.equal([['web-1', 5_000]]);
  });

  it('are of one group, until it is forgotten', () => {
    const absences = new Absences();
    absences.note('ns/web', ['web-0'], 1_000);
    expect([...absences.note('ns/other', ['web-0'], 2_000)]).to.deep.equal([['web-0', 2_000]]);
    absences.forget('ns/web');
    expect([...absences.note('ns/web', ['web-0'], 3_000)]).to.deep.equal([['web-0', 3_000]]);
  });
});
