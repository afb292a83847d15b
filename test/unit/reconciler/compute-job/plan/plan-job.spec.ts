import { expect } from 'chai';
import { planJob } from '../../../../../reconciler/compute-job/plan/plan-job.ts';
import type { GangPod } from '../../../../../reconciler/compute-job/pods/gang-pod.ts';
import type { PodState } from '../../../../../reconciler/compute-job/pods/pod-state.ts';
import { ago, gangPod, jobInput, NOW, runningInput, runningStatus } from '../../../../support/compute-jobs.ts';

const SUCCEEDED: PodState = { type: 'Succeeded' };
const FAILED: PodState = { type: 'Failed', message: 'exit code 3: no luck' };
const LOST: PodState = { type: 'Lost', message: 'EvictionByEvictionAPI' };
const STARTING: PodState = { type: 'Starting' };

const scheduled = ({ status }: ReturnType<typeof planJob>) =>
  status.conditions?.find((condition) => condition.type === 'Scheduled');
const removed = (plan: ReturnType<typeof planJob>) => plan.deletePods.map(({ pod }) => pod.name);

describe('job scheduling: a job without a gang', () => {
  it('asks for as many nodes as its parallelism', () => {
    const plan = planJob(jobInput());
    expect(plan.request).to.deep.include({ attempt: 1, firstIndex: 0, count: 3, preferred: [], avoided: new Set() });
    expect(plan.createIndexes).to.deep.equal([]);
  });

  it('says in numbers why it waits', () => {
    const shortage = { wanted: 3, matching: 5, running: 4, schedulable: 4, fitting: 2, avoided: 0, reserved: 0 };
    const spec = { nodeSelector: { disk: 'ssd' }, resources: { requests: { cpu: 4 } } };
    const plan = planJob(jobInput({ spec, queueStatus: { shortage, position: 2 } }));
    const message = 'wants 3 nodes: 5 match disk=ssd, 4 Running, 2 have 4 CPU free; position 2 in the queue';
    expect(scheduled(plan)).to.deep.include({ status: 'False', reason: 'WaitingForNodes', message });
    expect(plan.status).to.include({ state: 'Pending', summary: '0/3' });
  });

  it('starts on the nodes that were chosen, in the status before any pod is created', () => {
    const plan = planJob(jobInput({ assignment: ['n2', 'n0', 'n1'] }));
    expect(plan.status).to.deep.include({ attempt: 1, nodes: ['n2', 'n0', 'n1'], state: 'Pending', started: 0 });
    expect(scheduled(plan)).to.include({ status: 'True', reason: 'Placed' });
    expect(plan.createIndexes).to.deep.equal([0, 1, 2]);
    expect(plan.request).to.equal(undefined);
  });

  it('asks for no nodes while it is suspended, and says so', () => {
    const plan = planJob(jobInput({ spec: { suspend: true } }));
    expect(plan.request).to.equal(undefined);
    expect(plan.status.conditions?.map(({ type, status }) => [type, status])).to.deep.equal([
      ['Reconciling', 'False'],
      ['Scheduled', 'False'],
      ['Suspended', 'True'],
    ]);
  });

  it('waits out its backoff', () => {
    const status = runningStatus({}, { endedAttempt: 1, retryTime: ago(-7_000), message: 'it failed' });
    const plan = planJob(jobInput({ status }));
    expect(plan.request).to.equal(undefined);
    expect(plan.requeueAfterMs).to.equal(7_000);
  });

  it('asks for the nodes where it ran before', () => {
    const plan = planJob(jobInput({ status: runningStatus({}, { endedAttempt: 1 }) }));
    expect(plan.request).to.deep.include({ attempt: 2, preferred: ['n0', 'n1', 'n2'] });
  });

  it('waits for the pods of its last gang to stop', () => {
    const pods = [gangPod(0, LOST, { stopBy: NOW + 2_000 })];
    const plan = planJob(jobInput({ status: runningStatus({}, { endedAttempt: 1 }), pods }));
    expect(plan.request).to.equal(undefined);
    expect(plan.requeueAfterMs).to.equal(7_000);
  });

  it('waits for no pod on a node that has failed, and leaves that node out', () => {
    const pods = [gangPod(0, LOST, { stopBy: NOW + 2_000 })];
    const plan = planJob(jobInput({ status: runningStatus({}, { endedAttempt: 1 }), pods, failedNodes: ['n0'] }));
    expect(plan.request).to.deep.include({ avoided: new Set(['n0']) });
  });

  it('waits no longer than 5 s for a pod that should have stopped', () => {
    const pods = [gangPod(1, LOST, { stopBy: NOW - 5_000 })];
    const plan = planJob(jobInput({ status: runningStatus({}, { endedAttempt: 1 }), pods }));
    expect(plan.request).to.deep.include({ avoided: new Set(['n1']) });
  });

  it('waits until the pods of a deleted job of its name have gone', () => {
    for (const pod of [gangPod(0, SUCCEEDED), gangPod(0, LOST, { stopBy: NOW + 30_000 })]) {
      const plan = planJob(jobInput({ predecessorPods: [pod] }));
      expect(plan.request).to.equal(undefined);
      expect(plan.deletePods).to.deep.equal([]);
      expect(scheduled(plan)).to.include({ reason: 'WaitingForPodsToStop' });
      expect(plan.requeueAfterMs).to.equal(5_000);
    }
  });

  it('does not wait for pods of a deleted job of its name that can never go, and takes none of their names', () => {
    const predecessorPods = [gangPod(0, LOST, { stopBy: NOW - 5_000 })];
    expect(planJob(jobInput({ predecessorPods })).request).to.include({ attempt: 2 });
  });

  it('never uses the number of an attempt twice, though its status was lost', () => {
    const pods = [gangPod(0, FAILED, { attempt: 4 })];
    expect(planJob(jobInput({ pods })).request).to.include({ attempt: 5 });
  });
});

describe('job scheduling: a gang', () => {
  it('is Pending until all of its pods have started', () => {
    const pods = [gangPod(0), gangPod(1, STARTING), gangPod(2)];
    const plan = planJob(runningInput({ pods, status: { started: 0, startTime: undefined } }));
    expect(plan.status).to.include({ state: 'Pending', summary: '2/3', message: '2 of 3 pods have started' });
    expect(plan.status).not.to.have.property('startTime');
  });

  it('is Running from when the last of its pods started', () => {
    const pods = [0, 1, 2].map((index) =>
      gangPod(index, { type: 'Running' }, { started: NOW - 9_000 + index * 1_000 }),
    );
    const plan = planJob(runningInput({ pods, status: { started: 0, startTime: undefined } }));
    expect(plan.status).to.deep.include({
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
    const plan = planJob(runningInput({ pods: [gangPod(0, SUCCEEDED), gangPod(1), gangPod(2)] }));
    expect(plan.status).to.deep.include({ state: 'Running', activeNodes: ['n1', 'n2'], completedIndexes: '0' });
  });

  it('remembers a success though its pod has gone', () => {
    const pods = [gangPod(1, SUCCEEDED), gangPod(2, SUCCEEDED)];
    expect(planJob(runningInput({ pods, status: { completedIndexes: '0' } })).status.state).to.equal('Completed');
  });

  it('creates again what was not created before the operator stopped', () => {
    const plan = planJob(runningInput({ pods: [gangPod(1)], status: { started: 0 } }));
    expect(plan.createIndexes).to.deep.equal([0, 2]);
    expect(plan.status.attempt).to.equal(1);
  });
});

describe('job scheduling: successPolicy FirstIndex', () => {
  const view = (pods: readonly GangPod[], parallelism = 3) =>
    runningInput({ pods, spec: { successPolicy: 'FirstIndex', parallelism } });

  it('completes the job when index 0 has succeeded, and stops the others in their own time', () => {
    const plan = planJob(view([gangPod(0, SUCCEEDED), gangPod(1), gangPod(2)]));
    expect(plan.status).to.include({ state: 'Completed', succeeded: 1, completedIndexes: '0', summary: '1/3' });
    expect(plan.deletePods.map(({ pod, graceSeconds }) => [pod.index, graceSeconds])).to.deep.equal([
      [1, undefined],
      [2, undefined],
    ]);
  });

  it('completes it even while another one fails, or more nodes are waited for', () => {
    expect(planJob(view([gangPod(0, SUCCEEDED), gangPod(1, FAILED), gangPod(2)])).status.state).to.equal('Completed');
    expect(planJob(view([gangPod(0, SUCCEEDED), gangPod(1), gangPod(2)], 5)).status.state).to.equal('Completed');
  });

  it('goes on when another one has succeeded', () => {
    expect(planJob(view([gangPod(0), gangPod(1, SUCCEEDED), gangPod(2)])).status.state).to.equal('Running');
  });
});

describe('job scheduling: restarts of a gang', () => {
  const failing = [gangPod(0), gangPod(1, FAILED), gangPod(2)];

  it('counts a failed pod, stops the others quickly and backs off', () => {
    const plan = planJob(runningInput({ pods: failing }));
    const message = 'pod train-gang-1-1 on n1 failed: exit code 3: no luck; the gang restarts in 10s';
    expect(plan.status).to.include({ state: 'Pending', endedAttempt: 1, failed: 1, message });
    expect(plan.status.retryTime).to.equal(ago(-10_000));
    expect(plan.deletePods.map(({ pod, graceSeconds }) => [pod.index, graceSeconds])).to.deep.equal([
      [0, 2],
      [2, 2],
    ]);
    expect(scheduled(plan)).to.include({ status: 'False', reason: 'BackingOff' });
  });

  it('fails the job when backoffLimit is used up, with the exit code and termination message', () => {
    const plan = planJob(runningInput({ pods: failing, status: { failed: 3 } }));
    expect(plan.status).to.deep.include({ state: 'Failed', failed: 4, activeNodes: [], endTime: ago(0) });
    expect(plan.status.conditions?.find(({ type }) => type === 'Failed')).to.include({
      status: 'True',
      reason: 'BackoffLimitExceeded',
      message: 'pod train-gang-1-1 on n1 failed: exit code 3: no luck; restarted 3 times',
    });
    expect(removed(plan)).to.deep.equal(['train-gang-1-0', 'train-gang-1-2']);
  });

  it('fails at the first failure with a backoffLimit of 0', () => {
    expect(planJob(runningInput({ pods: failing, spec: { backoffLimit: 0 } })).status.state).to.equal('Failed');
  });

  it('does not count an evicted pod, and starts again at once', () => {
    const plan = planJob(runningInput({ pods: [gangPod(0), gangPod(1, LOST, { finished: true }), gangPod(2)] }));
    expect(plan.status).to.include({ endedAttempt: 1, failed: 0, disruptions: 1 });
    expect(plan.status).not.to.have.property('retryTime');
    expect(plan.cause).to.equal('Infrastructure');
  });

  it('gives the others the time that their pods say when one is drained, and 2 s when one is lost', () => {
    const graceOf = (outcome: PodState) =>
      planJob(runningInput({ pods: [gangPod(0), gangPod(1, outcome, { finished: true }), gangPod(2)] })).deletePods.map(
        ({ graceSeconds }) => graceSeconds,
      );
    expect(graceOf({ type: 'Lost', message: 'EvictionByEvictionAPI', planned: true })).to.deep.equal([
      undefined,
      undefined,
    ]);
    expect(graceOf(LOST)).to.deep.equal([2, 2]);
  });

  it('does not count a failed node', () => {
    const plan = planJob(runningInput({ failedNodes: ['n2'] }));
    expect(plan.status).to.include({ endedAttempt: 1, failed: 0 });
    expect(plan.status.message).to.match(/^node n2 failed under index 2/);
  });

  it('takes a failure beside a loss for its consequence', () => {
    const plan = planJob(runningInput({ pods: failing, failedNodes: ['n0'] }));
    expect(plan.status).to.include({ failed: 0 });
  });

  it('does not mind the failure of a node whose pod had succeeded', () => {
    const pods = [gangPod(0, SUCCEEDED), gangPod(1), gangPod(2)];
    expect(planJob(runningInput({ pods, failedNodes: ['n0'] })).status).not.to.have.property('endedAttempt');
  });

  it('takes a pod that vanished without an outcome for lost', () => {
    const plan = planJob(runningInput({ pods: [gangPod(0), gangPod(2)] }));
    expect(plan.status.message).to.match(/^the pod of index 1 on n1 vanished/);
    expect(plan.status).to.include({ endedAttempt: 1, failed: 0 });
  });

  it('releases a gang together when a pod was not bound within 2 minutes, and tries other nodes', () => {
    const late = gangPod(1, { type: 'Unbound' }, { unboundSince: NOW - 120_000 });
    const plan = planJob(runningInput({ pods: [gangPod(0), late, gangPod(2)], status: { started: 0 } }));
    expect(plan.status).to.include({ endedAttempt: 1, failed: 0 });
    expect(plan.avoidNodes).to.deep.equal(['n1']);
    expect(plan.deletePods).to.have.length(3);
  });

  it('looks again when that time will be over', () => {
    const waiting = gangPod(1, { type: 'Unbound' }, { unboundSince: NOW - 50_000 });
    const plan = planJob(runningInput({ pods: [gangPod(0), waiting, gangPod(2)], status: { started: 0 } }));
    expect(plan.requeueAfterMs).to.equal(70_000);
  });

  it("fails an attempt with the kubelet's message when a container can't be created for 2 minutes", () => {
    const problem = { type: 'Starting', problem: 'ErrImagePull: not found' } as const;
    const stuck = gangPod(1, problem, { stuckSince: NOW - 120_000 });
    const plan = planJob(runningInput({ pods: [gangPod(0), stuck, gangPod(2)], status: { started: 0 } }));
    expect(plan.status).to.include({ failed: 1 });
    expect(plan.status.message).to.match(/can't start: ErrImagePull: not found/);
  });

  it('lets a bound pod pull its image for as long as it takes', () => {
    const slow = gangPod(1, STARTING, { unboundSince: NOW - 3_600_000 });
    const plan = planJob(runningInput({ pods: [gangPod(0), slow, gangPod(2)], status: { started: 0 } }));
    expect(plan.status).not.to.have.property('endedAttempt');
  });

  it('backs off without counting when the API server refuses a pod', () => {
    const plan = planJob(runningInput({ podRejection: 'pod train-gang-1-2: exceeded quota', status: { started: 0 } }));
    expect(plan.status).to.include({ failed: 0, retryTime: ago(-10_000) });
    expect(scheduled(plan)?.message).to.match(/^pod train-gang-1-2: exceeded quota/);
  });

  it('fails at once when there can be no such pod, however many restarts are left', () => {
    const invalidPod = 'pod train-gang-1-0: Pod "train-gang-1-0" is invalid';
    const plan = planJob(runningInput({ invalidPod, status: { started: 0 } }));
    expect(plan.status).to.deep.include({ state: 'Failed', message: invalidPod });
    const failed = plan.status.conditions?.find(({ type }) => type === 'Failed');
    expect(failed).to.include({ status: 'True', reason: 'InvalidTemplate' });
    expect(removed(plan)).to.have.length(3);
  });

  describe('whose pod does not start', () => {
    const two = (...changed: Parameters<typeof gangPod>[]) => [
      gangPod(0),
      gangPod(1),
      ...changed.map((args) => gangPod(...args)),
    ];
    const stuckAt = (problem: string) =>
      gangPod(2, { type: 'Starting', problem }, { stuckSince: NOW - 120_000, startingSince: NOW - 120_000 });

    it('leaves out a node that is full, uncounted, and says so', () => {
      const pods = [gangPod(0), gangPod(1), stuckAt('ErrImagePull: write /var/lib: no space left on device')];
      const plan = planJob(runningInput({ status: { started: 0 }, pods }));
      expect(plan.avoidNodes).to.deep.equal(['n2']);
      expect(plan.status).to.include({ failed: 0 });
      expect(plan.status.message).to.include('node n2 is left out for a while');
    });

    it('leaves out a node on which only it could not be created, and counts it', () => {
      const plan = planJob(
        runningInput({ status: { started: 0 }, pods: [gangPod(0), gangPod(1), stuckAt('ErrImagePull: x')] }),
      );
      expect(plan.avoidNodes).to.deep.equal(['n2']);
      expect(plan.status).to.include({ failed: 1 });
    });

    it('leaves out no node when no pod of the gang could be created', () => {
      const pods = [0, 1, 2].map((index) => ({ ...stuckAt('ErrImagePull: no such image'), index, node: `n${index}` }));
      expect(planJob(runningInput({ status: { started: 0 }, pods })).avoidNodes).to.equal(undefined);
    });

    for (const [what, outcome, ms] of [
      ['its volumes and network, for 5 minutes', { type: 'Starting', noSandbox: true }, 300_000],
      ['its container, for 30 minutes', { type: 'Starting' }, 1_800_000],
    ] as const) {
      it(`waits for ${what}, then tries elsewhere`, () => {
        const view = (since: number) =>
          runningInput({ status: { started: 0 }, pods: two([2, outcome, { startingSince: NOW - since }]) });
        expect(planJob(view(ms - 1))).to.deep.include({ requeueAfterMs: 1, deletePods: [] });
        const plan = planJob(view(ms));
        expect(plan.avoidNodes).to.deep.equal(['n2']);
        expect(plan.status).to.include({ failed: 0, endedAttempt: 1 });
      });
    }
  });

  describe('whose pods cannot all be created', () => {
    const incomplete = (forMs: number) => ({
      pods: [0, 1].map((index) => gangPod(index)),
      status: { started: 0 },
      incomplete: { message: 'pod train-gang-1-2: failed calling webhook', forMs },
    });

    it('says so with the message, in an Event too, and goes on trying', () => {
      const plan = planJob(runningInput(incomplete(119_999)));
      expect(plan.status.message).to.include('failed calling webhook');
      expect(scheduled(plan)).to.deep.include({
        status: 'True',
        message: 'attempt 1 has its 3 nodes, but not all of its pods: pod train-gang-1-2: failed calling webhook',
      });
      expect(plan.events.map(({ type, reason }) => [type, reason])).to.deep.equal([['Warning', 'GangIncomplete']]);
      expect(plan.createIndexes).to.deep.equal([2]);
      expect(plan.deletePods).to.deep.equal([]);
    });

    it('is released after two minutes with the message, whatever the cause', () => {
      const plan = planJob(runningInput(incomplete(120_000)));
      expect(removed(plan)).to.deep.equal(['train-gang-1-0', 'train-gang-1-1']);
      expect(scheduled(plan)).to.include({ status: 'False', reason: 'BackingOff' });
      expect(scheduled(plan)?.message).to.match(
        /could not all be created within 2 minutes: pod .* failed calling webhook/,
      );
      expect(plan.status).to.include({ state: 'Pending', failed: 0, endedAttempt: 1 });
    });

    it('goes on with those that run when it was to grow', () => {
      const view = runningInput({
        spec: { parallelism: 4 },
        status: { nodes: ['n0', 'n1', 'n2', 'n3'] },
        incomplete: { message: 'pod train-gang-1-3: x', forMs: 120_000 },
      });
      expect(planJob(view).status).to.deep.include({ state: 'Running', nodes: ['n0', 'n1', 'n2'] });
      const invalid = { ...view, incomplete: undefined, invalidPod: 'x' };
      expect(planJob(invalid).status).to.deep.include({ state: 'Running', nodes: ['n0', 'n1', 'n2'] });
    });
  });

  it('keeps the pods of the attempt that failed last for their logs, and none before', () => {
    const pods = [1, 2].map((attempt) => gangPod(0, FAILED, { attempt }));
    const status = runningStatus({}, { attempt: 3 });
    const plan = planJob(
      jobInput({ status, pods: [...pods, ...[0, 1, 2].map((i) => gangPod(i, undefined, { attempt: 3 }))] }),
    );
    expect(removed(plan)).to.deep.equal(['train-gang-1-0']);
  });
});

describe('parallelism', () => {
  it('that shrinks removes the highest indexes, from the status first', () => {
    const plan = planJob(runningInput({ spec: { parallelism: 1 } }));
    expect(plan.status).to.deep.include({ nodes: ['n0'], summary: '1/1', activeNodes: ['n0'], started: 1 });
    expect(removed(plan)).to.deep.equal(['train-gang-1-1', 'train-gang-1-2']);
    expect(plan.hosts?.annotate.map(({ pod }) => pod.index)).to.deep.equal([0]);
  });

  it('that grows asks for what is missing, on other nodes, while the gang runs on', () => {
    const queueStatus = {
      shortage: { wanted: 2, matching: 3, running: 3, schedulable: 3, fitting: 0, avoided: 0, reserved: 0 },
      position: 1,
    };
    const plan = planJob(runningInput({ spec: { parallelism: 5 }, queueStatus }));
    expect(plan.request).to.deep.include({ attempt: 1, firstIndex: 3, count: 2, avoided: new Set(['n0', 'n1', 'n2']) });
    expect(plan.deletePods).to.deep.equal([]);
    expect(plan.status).to.include({ state: 'Running', summary: '3/5' });
    expect(scheduled(plan)).to.include({ status: 'False', reason: 'WaitingToGrow' });
    expect(scheduled(plan)?.message).to.match(/^runs on 3 of 5 nodes; wants 2 nodes: /);
  });

  it('that has grown creates the missing indexes only', () => {
    const plan = planJob(runningInput({ spec: { parallelism: 5 }, assignment: ['n7', 'n8'] }));
    expect(plan.createIndexes).to.deep.equal([3, 4]);
    expect(plan.status).to.deep.include({ nodes: ['n0', 'n1', 'n2', 'n7', 'n8'], started: 3 });
    expect(scheduled(plan)).to.include({ status: 'True' });
  });

  it('does not grow again before the pods that it has shrunk by are gone', () => {
    const pods = [gangPod(0), gangPod(1, LOST, { stopBy: NOW + 30_000 })];
    const plan = planJob(runningInput({ spec: { parallelism: 2 }, status: { nodes: ['n0'], started: 1 }, pods }));
    expect(plan.request).to.equal(undefined);
    expect(plan.status).not.to.have.property('endedAttempt');
  });

  it('takes the name of such a pod from it at once when its node has failed', () => {
    const pods = [gangPod(0), gangPod(1, LOST, { stopBy: NOW + 30_000 })];
    const status = { nodes: ['n0'], started: 1 };
    const plan = planJob(runningInput({ spec: { parallelism: 2 }, status, pods, failedNodes: ['n1'] }));
    expect(plan.deletePods.map(({ pod, graceSeconds }) => [pod.index, graceSeconds])).to.deep.equal([[1, 0]]);
  });

  it('that shrinks to what has succeeded completes the job', () => {
    const pods = [gangPod(0, SUCCEEDED), gangPod(1), gangPod(2)];
    const plan = planJob(runningInput({ spec: { parallelism: 1 }, pods }));
    expect(plan.status).to.deep.include({ state: 'Completed', summary: '1/1', nodes: ['n0'] });
    expect(removed(plan)).to.deep.equal(['train-gang-1-1', 'train-gang-1-2']);
  });

  it('does not let an index that was taken away fail the gang', () => {
    const pods = [gangPod(0), gangPod(1), gangPod(2, FAILED)];
    expect(planJob(runningInput({ spec: { parallelism: 2 }, pods })).status).not.to.have.property('failed');
  });
});

describe('updates of a job', () => {
  it('replace the gang when the command changes, uncounted', () => {
    const plan = planJob(runningInput({ spec: { command: ['other'] } }));
    expect(plan.status).to.include({ endedAttempt: 1, failed: 0, state: 'Pending' });
    expect(plan.deletePods.map(({ graceSeconds }) => graceSeconds)).to.deep.equal([undefined, undefined, undefined]);
    expect(plan.cause).to.equal('Request');
  });

  it('leave the gang alone when only limits, priority or ttl change', () => {
    const spec = { backoffLimit: 9, priority: 5, ttlSecondsAfterFinished: 5, activeDeadlineSeconds: 900 };
    expect(planJob(runningInput({ spec })).status).not.to.have.property('endedAttempt');
  });

  it('to suspended stop its pods and begin its times anew', () => {
    const ending = planJob(runningInput({ spec: { suspend: true } }));
    expect(ending.deletePods).to.have.length(3);
    const { status } = planJob(jobInput({ spec: { suspend: true }, status: ending.status }));
    expect(status).not.to.have.any.keys('startTime', 'scheduledTime');
    expect(status.conditions?.find(({ type }) => type === 'Suspended')).to.include({ status: 'True' });
  });

  it('to resumed queue it again', () => {
    const suspended = planJob(jobInput({ spec: { suspend: true } })).status;
    const shortage = { wanted: 3, matching: 0, running: 0, schedulable: 0, fitting: 0, avoided: 0, reserved: 0 };
    const plan = planJob(jobInput({ status: suspended, queueStatus: { shortage, position: 1 } }));
    expect(plan.request).to.include({ count: 3 });
    expect(plan.status.conditions?.find(({ type }) => type === 'Suspended')).to.include({ status: 'False' });
  });
});

describe('limits of time of a job', () => {
  it('fail it when it has taken longer than its deadline', () => {
    const plan = planJob(runningInput({ spec: { activeDeadlineSeconds: 60 } }));
    expect(plan.status.state).to.equal('Failed');
    expect(plan.status.conditions?.find(({ type }) => type === 'Failed')).to.include({ reason: 'DeadlineExceeded' });
    expect(plan.deletePods).to.have.length(3);
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

describe('parallelism that can not grow', () => {
  const grown = { nodes: ['n0', 'n1', 'n2', 'n3'], started: 3 };
  const running = [0, 1, 2].map((index) => gangPod(index));

  it('leaves the gang running when the API server refuses the new pod', () => {
    const plan = planJob(
      runningInput({ spec: { parallelism: 4 }, status: grown, pods: running, podRejection: 'quota' }),
    );
    expect(plan.status).to.deep.include({ state: 'Running', nodes: ['n0', 'n1', 'n2'], retryTime: ago(-10_000) });
    expect(scheduled(plan)?.message).to.equal('runs on 3 of 4 nodes; quota; tries again in 10s');
    expect(plan.deletePods).to.deep.equal([]);
  });

  it('leaves the gang running when the node that it was to grow by fails before the pod has started', () => {
    const pods = [...running, gangPod(3, STARTING)];
    const plan = planJob(runningInput({ spec: { parallelism: 4 }, status: grown, pods, failedNodes: ['n3'] }));
    expect(plan.status).to.deep.include({ nodes: ['n0', 'n1', 'n2'] });
    expect(removed(plan)).to.deep.equal(['train-gang-1-3']);
  });

  it('tries again when its backoff is over', () => {
    const status = { retryTime: ago(-10_000) };
    expect(planJob(runningInput({ spec: { parallelism: 4 }, status })).request).to.equal(undefined);
    expect(planJob(runningInput({ spec: { parallelism: 4 }, status, now: NOW + 10_000 })).request).to.include({
      count: 1,
    });
  });
});
