import { expect } from 'chai';
import { planJob } from '../../../../../reconciler/compute-job/plan/plan-job.ts';
import {
  ago,
  deletedPods,
  FAILED,
  gangPod,
  LOST,
  NOW,
  runningInput,
  STARTING,
  SUCCEEDED,
  scheduledOf,
} from '../../../../support/compute-jobs.ts';

describe('parallelism', () => {
  it('that shrinks removes the highest indexes, from the status first', () => {
    const decision = planJob(runningInput({ spec: { parallelism: 1 } }));
    expect(decision.status).to.deep.include({ nodes: ['n0'], summary: '1/1', activeNodes: ['n0'], started: 1 });
    expect(deletedPods(decision)).to.deep.equal(['train-gang-1-1', 'train-gang-1-2']);
    expect(decision.hosts?.annotate.map(({ pod }) => pod.index)).to.deep.equal([0]);
  });

  it('that grows requests the missing nodes, other than its own, while the gang keeps running', () => {
    const queueStatus = {
      shortage: { wanted: 2, matching: 3, running: 3, schedulable: 3, fitting: 0, avoided: 0, reserved: 0 },
      position: 1,
    };
    const decision = planJob(runningInput({ spec: { parallelism: 5 }, queueStatus }));
    expect(decision.request).to.deep.include({
      attempt: 1,
      firstIndex: 3,
      count: 2,
      avoided: new Set(['n0', 'n1', 'n2']),
    });
    expect(decision.deletePods).to.deep.equal([]);
    expect(decision.status).to.include({ state: 'Running', summary: '3/5' });
    expect(scheduledOf(decision)).to.include({ status: 'False', reason: 'WaitingToGrow' });
    expect(scheduledOf(decision)?.message).to.match(/^running on 3 of 5 nodes; needs 2 nodes, /);
  });

  it('that has grown creates the missing indexes only', () => {
    const decision = planJob(runningInput({ spec: { parallelism: 5 }, assignment: ['n7', 'n8'] }));
    expect(decision.createIndexes).to.deep.equal([3, 4]);
    expect(decision.status).to.deep.include({ nodes: ['n0', 'n1', 'n2', 'n7', 'n8'], started: 3 });
    expect(scheduledOf(decision)).to.include({ status: 'True' });
  });

  it('does not grow again before its surplus pods are deleted', () => {
    const pods = [gangPod(0), gangPod(1, LOST, { stopBy: NOW + 30_000 })];
    const decision = planJob(runningInput({ spec: { parallelism: 2 }, status: { nodes: ['n0'], started: 1 }, pods }));
    expect(decision.request).to.equal(undefined);
    expect(decision.status).not.to.have.property('endedAttempt');
  });

  it('deletes such a pod at once, without a grace period, when its node has failed', () => {
    const pods = [gangPod(0), gangPod(1, LOST, { stopBy: NOW + 30_000 })];
    const status = { nodes: ['n0'], started: 1 };
    const decision = planJob(runningInput({ spec: { parallelism: 2 }, status, pods, failedNodes: ['n1'] }));
    expect(decision.deletePods.map(({ pod, graceSeconds }) => [pod.index, graceSeconds])).to.deep.equal([[1, 0]]);
  });

  it('that shrinks to what has succeeded completes the job', () => {
    const pods = [gangPod(0, SUCCEEDED), gangPod(1), gangPod(2)];
    const decision = planJob(runningInput({ spec: { parallelism: 1 }, pods }));
    expect(decision.status).to.deep.include({ state: 'Completed', summary: '1/1', nodes: ['n0'] });
    expect(deletedPods(decision)).to.deep.equal(['train-gang-1-1', 'train-gang-1-2']);
  });

  it('does not fail the gang because of an index that was removed', () => {
    const pods = [gangPod(0), gangPod(1), gangPod(2, FAILED)];
    expect(planJob(runningInput({ spec: { parallelism: 2 }, pods })).status).not.to.have.property('failed');
  });
});

describe('parallelism that can not grow', () => {
  const grown = { nodes: ['n0', 'n1', 'n2', 'n3'], started: 3 };
  const running = [0, 1, 2].map((index) => gangPod(index));

  it('leaves the gang running when the API server rejects the new pod', () => {
    const decision = planJob(
      runningInput({ spec: { parallelism: 4 }, status: grown, pods: running, podRejection: 'quota' }),
    );
    expect(decision.status).to.deep.include({ state: 'Running', nodes: ['n0', 'n1', 'n2'], retryTime: ago(-10_000) });
    expect(scheduledOf(decision)?.message).to.equal('running on 3 of 4 nodes; quota; retrying in 10s');
    expect(decision.deletePods).to.deep.equal([]);
  });

  it('leaves the gang running when the node that it was to grow by fails before the pod has started', () => {
    const pods = [...running, gangPod(3, STARTING)];
    const decision = planJob(runningInput({ spec: { parallelism: 4 }, status: grown, pods, failedNodes: ['n3'] }));
    expect(decision.status).to.deep.include({ nodes: ['n0', 'n1', 'n2'] });
    expect(deletedPods(decision)).to.deep.equal(['train-gang-1-3']);
  });

  it('tries again when its backoff is over', () => {
    const status = { retryTime: ago(-10_000) };
    expect(planJob(runningInput({ spec: { parallelism: 4 }, status })).request).to.equal(undefined);
    expect(planJob(runningInput({ spec: { parallelism: 4 }, status, now: NOW + 10_000 })).request).to.include({
      count: 1,
    });
  });
});
