import { expect } from 'chai';
import { parseCpuStat } from '../../../../server/metrics/cgroup.ts';

describe('CPU throttling', () => {
  it('is read from cgroup v2', () => {
    const text = 'usage_usec 9\nuser_usec 5\nsystem_usec 4\nnr_periods 10\nnr_throttled 3\nthrottled_usec 2500000\n';
    expect(parseCpuStat(text)).to.deep.equal({ periods: 3, seconds: 2.5 });
  });

  it('is read from cgroup v1', () => {
    const text = 'nr_periods 10\nnr_throttled 3\nthrottled_time 1500000000\n';
    expect(parseCpuStat(text)).to.deep.equal({ periods: 3, seconds: 1.5 });
  });

  it('is unknown where no CPU controller is', () => {
    expect(parseCpuStat('usage_usec 9\n')).to.equal(undefined);
    expect(parseCpuStat('')).to.equal(undefined);
  });
});
