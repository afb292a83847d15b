import { expect } from 'chai';
import { planJob } from '../../../../../reconciler/compute-job/plan/plan-job.ts';
import type { PodState } from '../../../../../reconciler/compute-job/pods/pod-state.ts';
import {
  ago,
  deletedPods,
  FAILED,
  gangPod,
  jobInput,
  LOST,
  NOW,
  runningInput,
  runningStatus,
  STARTING,
  SUCCEEDED,
  scheduledOf,
} from '../../../../support/compute-jobs.ts';

describe('job scheduling: restarts of a gang', () => {
  const failing = [gangPod(0), gangPod(1, FAILED), gangPod(2)];

  it('counts a failed pod, stops the others quickly and backs off', () => {
    const decision = planJob(runningInput({ pods: failing }));
    const message = 'pod train-gang-1-1 on node n1 failed: exit code 3: no luck; the gang will be restarted in 10s';
    expect(decision.status).to.include({ state: 'Pending', endedAttempt: 1, failed: 1, message });
    expect(decision.status.retryTime).to.equal(ago(-10_000));
    expect(decision.deletePods.map(({ pod, graceSeconds }) => [pod.index, graceSeconds])).to.deep.equal([
      [0, 2],
      [2, 2],
    ]);
    expect(scheduledOf(decision)).to.include({ status: 'False', reason: 'BackingOff' });
  });

  it('fails the job when backoffLimit is used up, with the exit code and termination message', () => {
    const decision = planJob(runningInput({ pods: failing, status: { failed: 3 } }));
    expect(decision.status).to.deep.include({ state: 'Failed', failed: 4, activeNodes: [], endTime: ago(0) });
    expect(decision.status.conditions?.find(({ type }) => type === 'Failed')).to.include({
      status: 'True',
      reason: 'BackoffLimitExceeded',
      message: 'pod train-gang-1-1 on node n1 failed: exit code 3: no luck; reached the backoffLimit of 3',
    });
    expect(deletedPods(decision)).to.deep.equal(['train-gang-1-0', 'train-gang-1-2']);
  });

  it('fails at the first failure with a backoffLimit of 0', () => {
    expect(planJob(runningInput({ pods: failing, spec: { backoffLimit: 0 } })).status.state).to.equal('Failed');
  });

  it('does not count an evicted pod, and restarts at once', () => {
    const decision = planJob(runningInput({ pods: [gangPod(0), gangPod(1, LOST, { finished: true }), gangPod(2)] }));
    expect(decision.status).to.include({ endedAttempt: 1, failed: 0, disruptions: 1 });
    expect(decision.status).not.to.have.property('retryTime');
    expect(decision.cause).to.equal('Infrastructure');
  });

  it('gives the other pods their grace period when one is drained, and 2 s when one is lost', () => {
    const graceOf = (state: PodState) =>
      planJob(runningInput({ pods: [gangPod(0), gangPod(1, state, { finished: true }), gangPod(2)] })).deletePods.map(
        ({ graceSeconds }) => graceSeconds,
      );
    expect(graceOf({ type: 'Lost', message: 'EvictionByEvictionAPI', planned: true })).to.deep.equal([
      undefined,
      undefined,
    ]);
    expect(graceOf(LOST)).to.deep.equal([2, 2]);
  });

  it('does not count a failed node', () => {
    const decision = planJob(runningInput({ failedNodes: ['n2'] }));
    expect(decision.status).to.include({ endedAttempt: 1, failed: 0 });
    expect(decision.status.message).to.match(/^node n2 \(index 2\) failed/);
  });

  it('treats a failure beside a loss as its consequence', () => {
    const decision = planJob(runningInput({ pods: failing, failedNodes: ['n0'] }));
    expect(decision.status).to.include({ failed: 0 });
  });

  it('ignores the failure of a node whose pod has succeeded', () => {
    const pods = [gangPod(0, SUCCEEDED), gangPod(1), gangPod(2)];
    expect(planJob(runningInput({ pods, failedNodes: ['n0'] })).status).not.to.have.property('endedAttempt');
  });

  it('treats a pod that no longer exists as lost', () => {
    const decision = planJob(runningInput({ pods: [gangPod(0), gangPod(2)] }));
    expect(decision.status.message).to.match(/^the pod of index 1 on node n1 no longer exists/);
    expect(decision.status).to.include({ endedAttempt: 1, failed: 0 });
  });

  it('releases the whole gang when a pod was not bound within 2 minutes, and tries other nodes', () => {
    const late = gangPod(1, { type: 'Unbound' }, { unboundSince: NOW - 120_000 });
    const decision = planJob(runningInput({ pods: [gangPod(0), late, gangPod(2)], status: { started: 0 } }));
    expect(decision.status).to.include({ endedAttempt: 1, failed: 0 });
    expect(decision.avoidNodes).to.deep.equal(['n1']);
    expect(decision.deletePods).to.have.length(3);
  });

  it('reconciles again when that time is over', () => {
    const waiting = gangPod(1, { type: 'Unbound' }, { unboundSince: NOW - 50_000 });
    const decision = planJob(runningInput({ pods: [gangPod(0), waiting, gangPod(2)], status: { started: 0 } }));
    expect(decision.requeueAfterMs).to.equal(70_000);
  });

  it("fails an attempt with the kubelet's message when a container can't be created for 2 minutes", () => {
    const problem = { type: 'Starting', problem: 'ErrImagePull: not found' } as const;
    const stuck = gangPod(1, problem, { stuckSince: NOW - 120_000 });
    const decision = planJob(runningInput({ pods: [gangPod(0), stuck, gangPod(2)], status: { started: 0 } }));
    expect(decision.status).to.include({ failed: 1 });
    expect(decision.status.message).to.match(/cannot start: ErrImagePull: not found/);
  });

  it('gives a bound pod time to pull its image', () => {
    const slow = gangPod(1, STARTING, { unboundSince: NOW - 3_600_000 });
    const decision = planJob(runningInput({ pods: [gangPod(0), slow, gangPod(2)], status: { started: 0 } }));
    expect(decision.status).not.to.have.property('endedAttempt');
  });

  it('backs off without counting when the API server rejects a pod', () => {
    const decision = planJob(
      runningInput({ podRejection: 'pod train-gang-1-2: exceeded quota', status: { started: 0 } }),
    );
    expect(decision.status).to.include({ failed: 0, retryTime: ago(-10_000) });
    expect(scheduledOf(decision)?.message).to.match(/^pod train-gang-1-2: exceeded quota/);
  });

  it('fails at once when no such pod is valid, however many restarts are left', () => {
    const invalidPod = 'pod train-gang-1-0: Pod "train-gang-1-0" is invalid';
    const decision = planJob(runningInput({ invalidPod, status: { started: 0 } }));
    expect(decision.status).to.deep.include({ state: 'Failed', message: invalidPod });
    const failed = decision.status.conditions?.find(({ type }) => type === 'Failed');
    expect(failed).to.include({ status: 'True', reason: 'InvalidTemplate' });
    expect(deletedPods(decision)).to.have.length(3);
  });

  describe('whose pod does not start', () => {
    const two = (...changed: Parameters<typeof gangPod>[]) => [
      gangPod(0),
      gangPod(1),
      ...changed.map((args) => gangPod(...args)),
    ];
    const stuckAt = (problem: string) =>
      gangPod(2, { type: 'Starting', problem }, { stuckSince: NOW - 120_000, startingSince: NOW - 120_000 });

    it('avoids a node that is full, does not count the failure, and says so', () => {
      const pods = [gangPod(0), gangPod(1), stuckAt('ErrImagePull: write /var/lib: no space left on device')];
      const decision = planJob(runningInput({ status: { started: 0 }, pods }));
      expect(decision.avoidNodes).to.deep.equal(['n2']);
      expect(decision.status).to.include({ failed: 0 });
      expect(decision.status.message).to.include('node n2 is avoided for 5 minutes');
    });

    it('avoids a node on which only this container could not be created, and counts the failure', () => {
      const decision = planJob(
        runningInput({ status: { started: 0 }, pods: [gangPod(0), gangPod(1), stuckAt('ErrImagePull: x')] }),
      );
      expect(decision.avoidNodes).to.deep.equal(['n2']);
      expect(decision.status).to.include({ failed: 1 });
    });

    it('avoids no node when no container of the gang could be created', () => {
      const pods = [0, 1, 2].map((index) => ({ ...stuckAt('ErrImagePull: no such image'), index, node: `n${index}` }));
      expect(planJob(runningInput({ status: { started: 0 }, pods })).avoidNodes).to.equal(undefined);
    });

    for (const [what, state, ms] of [
      ['its volumes and network, for 5 minutes', { type: 'Starting', noSandbox: true }, 300_000],
      ['its container, for 30 minutes', { type: 'Starting' }, 1_800_000],
    ] as const) {
      it(`waits for ${what}, then tries elsewhere`, () => {
        const input = (since: number) =>
          runningInput({ status: { started: 0 }, pods: two([2, state, { startingSince: NOW - since }]) });
        expect(planJob(input(ms - 1))).to.deep.include({ requeueAfterMs: 1, deletePods: [] });
        const decision = planJob(input(ms));
        expect(decision.avoidNodes).to.deep.equal(['n2']);
        expect(decision.status).to.include({ failed: 0, endedAttempt: 1 });
      });
    }
  });

  describe('whose pods cannot all be created', () => {
    const incomplete = (forMs: number) => ({
      pods: [0, 1].map((index) => gangPod(index)),
      status: { started: 0 },
      incomplete: { message: 'pod train-gang-1-2: failed calling webhook', forMs },
    });

    it('reports the message, in an Event too, and keeps trying', () => {
      const decision = planJob(runningInput(incomplete(119_999)));
      expect(decision.status.message).to.include('failed calling webhook');
      expect(scheduledOf(decision)).to.deep.include({
        status: 'True',
        message:
          'attempt 1 is placed on 3 nodes, but not all pods could be created: pod train-gang-1-2: failed calling webhook',
      });
      expect(decision.events.map(({ type, reason }) => [type, reason])).to.deep.equal([['Warning', 'GangIncomplete']]);
      expect(decision.createIndexes).to.deep.equal([2]);
      expect(decision.deletePods).to.deep.equal([]);
    });

    it('is released after two minutes with the message, whatever the cause', () => {
      const decision = planJob(runningInput(incomplete(120_000)));
      expect(deletedPods(decision)).to.deep.equal(['train-gang-1-0', 'train-gang-1-1']);
      expect(scheduledOf(decision)).to.include({ status: 'False', reason: 'BackingOff' });
      expect(scheduledOf(decision)?.message).to.match(
        /not all pods could be created within 2 minutes: pod .* failed calling webhook/,
      );
      expect(decision.status).to.include({ state: 'Pending', failed: 0, endedAttempt: 1 });
    });

    it('keeps running when it was only growing', () => {
      const input = runningInput({
        spec: { parallelism: 4 },
        status: { nodes: ['n0', 'n1', 'n2', 'n3'] },
        incomplete: { message: 'pod train-gang-1-3: x', forMs: 120_000 },
      });
      expect(planJob(input).status).to.deep.include({ state: 'Running', nodes: ['n0', 'n1', 'n2'] });
      const invalid = { ...input, incomplete: undefined, invalidPod: 'x' };
      expect(planJob(invalid).status).to.deep.include({ state: 'Running', nodes: ['n0', 'n1', 'n2'] });
    });
  });

  it('keeps the pods of the attempt that failed last for their logs, and no earlier ones', () => {
    const pods = [1, 2].map((attempt) => gangPod(0, FAILED, { attempt }));
    const status = runningStatus({}, { attempt: 3 });
    const decision = planJob(
      jobInput({ status, pods: [...pods, ...[0, 1, 2].map((i) => gangPod(i, undefined, { attempt: 3 }))] }),
    );
    expect(deletedPods(decision)).to.deep.equal(['train-gang-1-0']);
  });
});
