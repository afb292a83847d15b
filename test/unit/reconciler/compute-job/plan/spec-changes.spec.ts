import { expect } from 'chai';
import { planJob } from '../../../../../reconciler/compute-job/plan/plan-job.ts';
import { jobInput, runningInput } from '../../../../support/compute-jobs.ts';

describe('updates of a job', () => {
  it('replace the gang when the command changes, uncounted', () => {
    const decision = planJob(runningInput({ spec: { command: ['other'] } }));
    expect(decision.status).to.include({ endedAttempt: 1, failed: 0, state: 'Pending' });
    expect(decision.deletePods.map(({ graceSeconds }) => graceSeconds)).to.deep.equal([
      undefined,
      undefined,
      undefined,
    ]);
    expect(decision.cause).to.equal('Request');
  });

  it('leave the gang alone when only limits, priority or ttl change', () => {
    const spec = { backoffLimit: 9, priority: 5, ttlSecondsAfterFinished: 5, activeDeadlineSeconds: 900 };
    expect(planJob(runningInput({ spec })).status).not.to.have.property('endedAttempt');
  });

  it('to suspended stop its pods and begin its times anew', () => {
    const ending = planJob(runningInput({ spec: { suspend: true } }));
    expect(ending.events.map(({ note }) => note)).to.deep.equal(['Attempt 1 ended: the job was suspended']);
    expect(ending.deletePods).to.have.length(3);
    const { status } = planJob(jobInput({ spec: { suspend: true }, status: ending.status }));
    expect(status).not.to.have.any.keys('startTime', 'scheduledTime');
    expect(status.conditions?.find(({ type }) => type === 'Suspended')).to.include({ status: 'True' });
  });

  it('to resumed queue it again', () => {
    const suspended = planJob(jobInput({ spec: { suspend: true } })).status;
    const shortage = { wanted: 3, matching: 0, running: 0, schedulable: 0, fitting: 0, avoided: 0, reserved: 0 };
    const decision = planJob(jobInput({ status: suspended, queueStatus: { shortage, position: 1 } }));
    expect(decision.request).to.include({ count: 3 });
    expect(decision.status.conditions?.find(({ type }) => type === 'Suspended')).to.include({ status: 'False' });
  });
});
