import { expect } from 'chai';
import { planJob } from '../../../../../reconciler/compute-job/plan/plan-job.ts';
import {
  ago,
  FAILED,
  gangPod,
  jobInput,
  LOST,
  NOW,
  runningStatus,
  SUCCEEDED,
  scheduledOf,
} from '../../../../support/compute-jobs.ts';

describe('job scheduling: a job without a gang', () => {
  it('requests as many nodes as its parallelism', () => {
    const decision = planJob(jobInput());
    expect(decision.request).to.deep.include({
      attempt: 1,
      firstIndex: 0,
      count: 3,
      preferred: [],
      avoided: new Set(),
    });
    expect(decision.createIndexes).to.deep.equal([]);
  });

  it('says in numbers why it waits', () => {
    const shortage = { wanted: 3, matching: 5, running: 4, schedulable: 4, fitting: 2, avoided: 0, reserved: 0 };
    const spec = { nodeSelector: { disk: 'ssd' }, resources: { requests: { cpu: 4 } } };
    const decision = planJob(jobInput({ spec, queueStatus: { shortage, position: 2 } }));
    const message =
      'needs 3 nodes, 2 available: 5 match disk=ssd, of these 4 are Running, of these 2 have 4 CPU free; position 2 in the queue';
    expect(scheduledOf(decision)).to.deep.include({ status: 'False', reason: 'WaitingForNodes', message });
    expect(decision.status).to.include({ state: 'Pending', summary: '0/3' });
  });

  it('starts on the nodes that were chosen, in the status before any pod is created', () => {
    const decision = planJob(jobInput({ assignment: ['n2', 'n0', 'n1'] }));
    expect(decision.status).to.deep.include({ attempt: 1, nodes: ['n2', 'n0', 'n1'], state: 'Pending', started: 0 });
    expect(scheduledOf(decision)).to.include({ status: 'True', reason: 'Placed' });
    expect(decision.createIndexes).to.deep.equal([0, 1, 2]);
    expect(decision.request).to.equal(undefined);
  });

  it('requests no nodes while it is suspended, and says so', () => {
    const decision = planJob(jobInput({ spec: { suspend: true } }));
    expect(decision.request).to.equal(undefined);
    expect(decision.status.conditions?.map(({ type, status }) => [type, status])).to.deep.equal([
      ['Reconciling', 'False'],
      ['Scheduled', 'False'],
      ['Suspended', 'True'],
    ]);
  });

  it('waits out its backoff', () => {
    const status = runningStatus({}, { endedAttempt: 1, retryTime: ago(-7_000), message: 'it failed' });
    const decision = planJob(jobInput({ status }));
    expect(decision.request).to.equal(undefined);
    expect(decision.requeueAfterMs).to.equal(7_000);
  });

  it('prefers the nodes where it ran before', () => {
    const decision = planJob(jobInput({ status: runningStatus({}, { endedAttempt: 1 }) }));
    expect(decision.request).to.deep.include({ attempt: 2, preferred: ['n0', 'n1', 'n2'] });
  });

  it('waits for the pods of its last gang to stop', () => {
    const pods = [gangPod(0, LOST, { stopBy: NOW + 2_000 })];
    const decision = planJob(jobInput({ status: runningStatus({}, { endedAttempt: 1 }), pods }));
    expect(decision.request).to.equal(undefined);
    expect(decision.requeueAfterMs).to.equal(7_000);
  });

  it('waits for no pod on a node that has failed, and leaves that node out', () => {
    const pods = [gangPod(0, LOST, { stopBy: NOW + 2_000 })];
    const decision = planJob(jobInput({ status: runningStatus({}, { endedAttempt: 1 }), pods, failedNodes: ['n0'] }));
    expect(decision.request).to.deep.include({ avoided: new Set(['n0']) });
  });

  it('waits no longer than 5 s for a pod that should have stopped', () => {
    const pods = [gangPod(1, LOST, { stopBy: NOW - 5_000 })];
    const decision = planJob(jobInput({ status: runningStatus({}, { endedAttempt: 1 }), pods }));
    expect(decision.request).to.deep.include({ avoided: new Set(['n1']) });
  });

  it('waits until the pods of a deleted job of the same name are deleted', () => {
    for (const pod of [gangPod(0, SUCCEEDED), gangPod(0, LOST, { stopBy: NOW + 30_000 })]) {
      const decision = planJob(jobInput({ predecessorPods: [pod] }));
      expect(decision.request).to.equal(undefined);
      expect(decision.deletePods).to.deep.equal([]);
      expect(scheduledOf(decision)).to.include({ reason: 'WaitingForPodsToStop' });
      expect(decision.requeueAfterMs).to.equal(5_000);
    }
  });

  it('does not wait for pods of a deleted job of the same name that can never be deleted, and uses none of their names', () => {
    const predecessorPods = [gangPod(0, LOST, { stopBy: NOW - 5_000 })];
    expect(planJob(jobInput({ predecessorPods })).request).to.include({ attempt: 2 });
  });

  it('never uses the number of an attempt twice, even if its status was lost', () => {
    const pods = [gangPod(0, FAILED, { attempt: 4 })];
    expect(planJob(jobInput({ pods })).request).to.include({ attempt: 5 });
  });
});
