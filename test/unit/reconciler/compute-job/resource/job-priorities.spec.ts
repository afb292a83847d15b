import { expect } from 'chai';
import {
  effectivePriority,
  tryParseJobPriorities,
} from '../../../../../reconciler/compute-job/resource/job-priorities.ts';

describe('priorities of jobs', () => {
  const priorities = tryParseJobPriorities('-100..0, ops=-1000..1000')!;

  for (const [namespace, priority, counts] of [
    ['team', 2_147_483_647, 0],
    ['team', -7, -7],
    ['team', -2_147_483_648, -100],
    ['ops', 2_147_483_647, 1000],
    ['ops', 500, 500],
    ['constructor', 5, 0],
  ] as const) {
    it(`${priority} counts as ${counts} in ${namespace}`, () => {
      expect(effectivePriority(priorities, namespace, priority)).to.equal(counts);
    });
  }

  it('have no limit where only other namespaces have one', () => {
    expect(effectivePriority(tryParseJobPriorities('a=0..1')!, 'b', 7)).to.equal(7);
  });

  for (const text of ['', '1', '5..1', '0..1,2..3', 'a=0..1,a=0..2', 'A=0..1', '0..9999999999', '0..1,', '..5']) {
    it(`are not said by "${text}"`, () => {
      expect(tryParseJobPriorities(text)).to.equal(undefined);
    });
  }
});
