import { expect } from 'chai';
import type { ComputeJobStatus } from '../../../../../constructs/crds/compute-job.ts';
import { StatusRateLimiter } from '../../../../../reconciler/compute-job/resource/status-rate-limiter.ts';
import { runningStatus } from '../../../../support/compute-jobs.ts';

const before: ComputeJobStatus = { ...runningStatus(), message: 'a', summary: '2/3', activeNodes: ['n0', 'n1'] };

function pace(waiting = 1) {
  const clock = { now: 0 };
  return {
    clock,
    pace: new StatusRateLimiter(
      () => clock.now,
      () => waiting,
    ),
  };
}

describe('pace of status writes', () => {
  it('never delays a change of state', () => {
    expect(pace().pace.waitMs('a/b', before, { ...before, state: 'Pending' })).to.be.at.most(0);
  });

  it('gathers what becomes of the pods of a gang for 0.3 s', () => {
    const { pace: it, clock } = pace();
    const after = { ...before, summary: '3/3', activeNodes: ['n0', 'n1', 'n2'] };
    expect(it.waitMs('a/b', before, after)).to.equal(300);
    clock.now = 300;
    expect(it.waitMs('a/b', before, after)).to.equal(0);
  });

  it('writes messages at once, and then at most every 5 s', () => {
    const { pace: it, clock } = pace();
    expect(it.waitMs('a/b', before, { ...before, message: 'b' })).to.be.at.most(0);
    it.wrote('a/b');
    clock.now = 1_000;
    expect(it.waitMs('a/b', before, { ...before, message: 'c' })).to.equal(4_000);
  });

  it('writes no more than 20 finished jobs a second, each once', () => {
    const { pace: it, clock } = pace();
    const finished: ComputeJobStatus = { ...before, state: 'Completed' };
    const after = { ...finished, conditions: [] };
    const written: number[] = [];
    const keys = Array.from({ length: 100 }, (_, i) => `a/${i}`);
    for (clock.now = 0; clock.now <= 5_000; clock.now += 10) {
      for (const key of keys) {
        if (written.length === 100 || it.waitMs(key, finished, after) > 0) continue;
        it.wrote(key);
        keys.splice(keys.indexOf(key), 1);
        written.push(clock.now);
      }
    }
    expect(written).to.have.length(100);
    const busiest = Math.max(...written.map((from) => written.filter((t) => t >= from && t < from + 1_000).length));
    expect(busiest).to.be.at.most(20);
  });

  it('writes messages less often the more jobs wait: 20 a second for all of them', () => {
    const { pace: it } = pace(1_000);
    it.wrote('a/b');
    expect(it.waitMs('a/b', before, { ...before, message: 'b' })).to.equal(50_000);
    expect(it.waitMs('a/b', before, { ...before, state: 'Pending' })).to.be.at.most(0);
  });
});
