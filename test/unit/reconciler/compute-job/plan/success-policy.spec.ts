import { expect } from 'chai';
import { planJob } from '../../../../../reconciler/compute-job/plan/plan-job.ts';
import type { GangPod } from '../../../../../reconciler/compute-job/pods/gang-pod.ts';
import { FAILED, gangPod, runningInput, SUCCEEDED } from '../../../../support/compute-jobs.ts';

describe('job scheduling: successPolicy FirstIndex', () => {
  const input = (pods: readonly GangPod[], parallelism = 3) =>
    runningInput({ pods, spec: { successPolicy: 'FirstIndex', parallelism } });

  it('completes the job when index 0 has succeeded, and stops the others in their own time', () => {
    const decision = planJob(input([gangPod(0, SUCCEEDED), gangPod(1), gangPod(2)]));
    expect(decision.status).to.include({ state: 'Completed', succeeded: 1, completedIndexes: '0', summary: '1/3' });
    expect(decision.deletePods.map(({ pod, graceSeconds }) => [pod.index, graceSeconds])).to.deep.equal([
      [1, undefined],
      [2, undefined],
    ]);
  });

  it('completes it even while another one fails, or more nodes are waited for', () => {
    expect(planJob(input([gangPod(0, SUCCEEDED), gangPod(1, FAILED), gangPod(2)])).status.state).to.equal('Completed');
    expect(planJob(input([gangPod(0, SUCCEEDED), gangPod(1), gangPod(2)], 5)).status.state).to.equal('Completed');
  });

  it('goes on when another one has succeeded', () => {
    expect(planJob(input([gangPod(0), gangPod(1, SUCCEEDED), gangPod(2)])).status.state).to.equal('Running');
  });
});
