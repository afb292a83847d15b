import { expect } from 'chai';
import { FieldContests } from '../../../../reconciler/runtime/field-contests.ts';

const field = (path: string) => ({ path, elements: [] });
const MINUTE = 60_000;

describe('contests for fields', () => {
  let clock: number;
  let contests: FieldContests;
  beforeEach(() => {
    clock = 1_000;
    contests = new FieldContests(() => clock);
  });

  /** Times at which a field is restored that is changed again at once, within this time. */
  function restores(ms: number, inVain: boolean): number[] {
    const times: number[] = [];
    for (const end = clock + ms; clock < end; clock += 100) {
      if (contests.mustWait('a', [field('x')])) continue;
      contests.restored('a', [field('x')], 'other', inVain);
      times.push(clock);
    }
    return times;
  }

  it('restore a field ten times at once, then less and less often', () => {
    const times = restores(60 * MINUTE, false);
    expect(times.filter((time) => time < 3_000)).to.have.length(10);
    const waits = times.slice(10).map((time, i) => Math.round((time - times[9 + i]!) / 1_000));
    expect(waits.slice(0, 7)).to.deep.equal([10, 20, 40, 80, 160, 320, 600]);
    expect(Math.max(...waits)).to.equal(600);
  });

  it('wait from the first time on where the answer to the restoring shows it changed again', () => {
    expect(restores(5_000, true)).to.have.length(1);
    expect(contests.of('a')).to.include({ manager: 'other' }).and.have.deep.property('fields', ['x']);
  });

  it('name fields and manager as long as they last, and end once the field stays', () => {
    for (let i = 0; i < 9; i++) contests.restored('a', [field('x')], 'other', false);
    expect(contests.of('a')).to.equal(undefined);
    contests.restored('a', [field('x'), field('y')], undefined, false);
    expect(contests.of('a')).to.deep.equal({ fields: ['x'], manager: 'other', againInMs: 10_000 });
    clock += 10_000;
    expect(contests.of('a')?.againInMs).to.equal(50_000);
    clock += 50_000;
    expect(contests.of('a')).to.equal(undefined);
  });

  it('hold up no other field, and no other object', () => {
    for (let i = 0; i < 12; i++) contests.restored('a', [field('x')], 'other', false);
    expect(contests.mustWait('a', [field('x')])).to.equal(true);
    expect(contests.mustWait('a', [field('x'), field('y')])).to.equal(false);
    expect(contests.mustWait('b', [field('x')])).to.equal(false);
  });

  it('take a bounded memory for each object', () => {
    for (let i = 0; i < 1_000; i++) contests.restored('a', [field(`x${i}`)], 'other', true);
    expect(contests.of('a')?.fields).to.have.length(64);
  });
});
