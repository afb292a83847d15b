import { expect } from 'chai';
import { planJob } from '../../../../../reconciler/compute-job/plan/plan-job.ts';
import { gangPod, jobInput, NOW, runningInput } from '../../../../support/compute-jobs.ts';

const GATED = { type: 'Starting', gated: true } as const;

describe("pods' gates", () => {
  const start = (spec: object, nodes = ['n0', 'n1', 'n2']) => planJob(jobInput({ spec, assignment: nodes }));

  it('hold a gang whose pods do not wait for names, and no other', () => {
    expect(start({ waitForHosts: false })).to.include({ gated: true });
    expect(start({})).to.include({ gated: false });
    expect(start({ parallelism: 1, waitForHosts: false }, ['n0'])).to.include({ gated: false });
  });

  it('hold the pods by which a gang grows, if there are several, and touch none that runs', () => {
    const by = (nodes: string[]) =>
      planJob(runningInput({ spec: { parallelism: 3 + nodes.length, waitForHosts: false }, assignment: nodes }));
    expect(by(['n7', 'n8'])).to.deep.include({ createIndexes: [3, 4], gated: true, ungate: [] });
    expect(by(['n7'])).to.deep.include({ createIndexes: [3], gated: false, ungate: [] });
  });

  it('are removed once all pods are there, also by an operator that was started in between', () => {
    const status = { started: 0, state: 'Pending' } as const;
    const gated = [0, 1].map((index) => gangPod(index, GATED));
    const torn = planJob(runningInput({ status, pods: gated, spec: { waitForHosts: false } }));
    expect(torn).to.deep.include({ createIndexes: [2], gated: false, ungate: [] });
    const last = gangPod(2, { type: 'Unbound' }, { unboundSince: NOW });
    expect(planJob(runningInput({ status, pods: [...gated, last] }))).to.deep.include({
      createIndexes: [],
      ungate: gated,
    });
  });

  it('do not count as time that the scheduler or the node takes', () => {
    const hour = NOW - 3_600_000;
    const pods = [0, 1, 2].map((index) => gangPod(index, GATED, { unboundSince: hour, startingSince: hour }));
    const plan = planJob(runningInput({ status: { started: 0 }, pods }));
    expect(plan.deletePods).to.deep.equal([]);
    expect(plan.status.endedAttempt).to.equal(undefined);
  });
});
