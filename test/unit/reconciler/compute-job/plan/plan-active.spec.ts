import { expect } from 'chai';
import { planJob } from '../../../../../reconciler/compute-job/plan/plan-job.ts';
import { ago, gangPod, NOW, runningInput, STARTING, SUCCEEDED } from '../../../../support/compute-jobs.ts';

describe('job scheduling: a gang', () => {
  it('is Pending until all of its pods have started', () => {
    const pods = [gangPod(0), gangPod(1, STARTING), gangPod(2)];
    const decision = planJob(runningInput({ pods, status: { started: 0, startTime: undefined } }));
    expect(decision.status).to.include({ state: 'Pending', summary: '2/3', message: '2 of 3 pods have started' });
    expect(decision.status).not.to.have.property('startTime');
  });

  it('is Running from when the last of its pods started', () => {
    const pods = [0, 1, 2].map((index) =>
      gangPod(index, { type: 'Running' }, { started: NOW - 9_000 + index * 1_000 }),
    );
    const decision = planJob(runningInput({ pods, status: { started: 0, startTime: undefined } }));
    expect(decision.status).to.deep.include({
      state: 'Running',
      summary: '3/3',
      activeNodes: ['n0', 'n1', 'n2'],
      startTime: ago(7_000),
    });
  });

  it('is completed as soon as every pod has succeeded, with start, end and duration', () => {
    const pods = [0, 1, 2].map((index) => gangPod(index, SUCCEEDED, { ended: NOW - 3_000 + index * 1_000 }));
    const { status, events } = planJob(runningInput({ pods }));
    expect(status).to.deep.include({
      state: 'Completed',
      summary: '3/3',
      activeNodes: [],
      nodes: ['n0', 'n1', 'n2'],
      startTime: ago(50_000),
      endTime: ago(1_000),
      duration: '49s',
      succeeded: 3,
    });
    expect(status.conditions?.find(({ type }) => type === 'Complete')).to.include({ status: 'True' });
    expect(events).to.deep.equal([
      { type: 'Normal', reason: 'Completed', note: 'Completed: all 3 indexes succeeded in 49s' },
    ]);
  });

  it('shows where it still runs while others have succeeded', () => {
    const decision = planJob(runningInput({ pods: [gangPod(0, SUCCEEDED), gangPod(1), gangPod(2)] }));
    expect(decision.status).to.deep.include({ state: 'Running', activeNodes: ['n1', 'n2'], completedIndexes: '0' });
  });

  it('remembers a success though its pod has gone', () => {
    const pods = [gangPod(1, SUCCEEDED), gangPod(2, SUCCEEDED)];
    expect(planJob(runningInput({ pods, status: { completedIndexes: '0' } })).status.state).to.equal('Completed');
  });

  it('creates again what was not created before the operator stopped', () => {
    const decision = planJob(runningInput({ pods: [gangPod(1)], status: { started: 0 } }));
    expect(decision.createIndexes).to.deep.equal([0, 2]);
    expect(decision.status.attempt).to.equal(1);
  });
});
