import { expect } from 'chai';
import { planJob } from '../../../../../reconciler/compute-job/plan/plan-job.ts';
import { ago, jobInput, runningInput, runningStatus } from '../../../../support/compute-jobs.ts';

describe('limits of time of a job', () => {
  it('fail it when it has taken longer than its deadline', () => {
    const decision = planJob(runningInput({ spec: { activeDeadlineSeconds: 60 } }));
    expect(decision.status.state).to.equal('Failed');
    expect(decision.status.conditions?.find(({ type }) => type === 'Failed')).to.include({
      reason: 'DeadlineExceeded',
    });
    expect(decision.deletePods).to.have.length(3);
  });

  it('do not count the time in the queue', () => {
    expect(planJob(jobInput({ spec: { activeDeadlineSeconds: 1 } })).request).to.include({ count: 3 });
  });

  it('delete a finished job when its time to live is over', () => {
    const status = { ...runningStatus(), state: 'Completed', endedAttempt: 1, endTime: ago(10_000) } as const;
    const at = (ttlSecondsAfterFinished: number) => planJob(jobInput({ spec: { ttlSecondsAfterFinished }, status }));
    expect(at(10).deleteJob).to.equal(true);
    expect(at(11)).to.include({ deleteJob: false, requeueAfterMs: 1_000 });
  });

  it('leave a finished job for ever when it has none', () => {
    const status = { ...runningStatus(), state: 'Failed', endedAttempt: 1, endTime: ago(1e10) } as const;
    expect(planJob(jobInput({ status }))).to.deep.include({ deleteJob: false, requeueAfterMs: undefined });
  });
});
