import { expect } from 'chai';
import type { ComputeNode } from '../../../../reconciler/compute-node/compute-node-object.ts';
import { type NodeStatusInput, nodeStatus } from '../../../../reconciler/compute-node/status.ts';

const NOW = '2026-01-02T00:00:00.000Z';
const RUNNING = { state: 'Running', everReady: true, reason: 'NodeReady', message: 'ready' } as const;

function status(more: Partial<NodeStatusInput> = {}, computeNode: object = {}) {
  return nodeStatus({
    computeNode: { metadata: { name: 'n0', generation: 3 }, spec: {}, ...computeNode } as unknown as ComputeNode,
    health: RUNNING,
    allocatable: { cpu: 8000, pods: 110 },
    allocated: { amounts: {}, jobs: [] },
    now: NOW,
    ...more,
  });
}

const conditionsOf = (result: ReturnType<typeof status>) =>
  Object.fromEntries((result.conditions ?? []).map(({ type, status, reason }) => [type, `${status} ${reason}`]));

describe('status of a ComputeNode', () => {
  it('is ready while it is Running, even if its Node has just become NotReady', () => {
    expect(conditionsOf(status())).to.deep.equal({ Ready: 'True NodeReady', Reconciling: 'False Idle' });
    const dip = { ...RUNNING, reason: 'NodeNotReady', message: 'kubelet stopped' } as const;
    expect(conditionsOf(status({ health: dip }))).to.include({ Ready: 'True NodeNotReady' });
  });

  it('is reconciling while it is Pending and stalled once it has Failed, with the reason of Ready', () => {
    const lost = { everReady: true, reason: 'LeaseExpired', message: 'no renewal' } as const;
    expect(conditionsOf(status({ health: { ...lost, state: 'Pending' } }))).to.deep.equal({
      Ready: 'False LeaseExpired',
      Reconciling: 'True LeaseExpired',
    });
    expect(conditionsOf(status({ health: { ...lost, state: 'Failed' } }))).to.deep.equal({
      Ready: 'False LeaseExpired',
      Reconciling: 'False Idle',
      Stalled: 'True LeaseExpired',
    });
  });

  it('keeps the transition time of a condition whose status stays, and is about the present generation', () => {
    const before = status({ now: '2026-01-01T00:00:00.000Z' });
    const [ready] = status({}, { status: before }).conditions!;
    expect(ready).to.include({ lastTransitionTime: '2026-01-01T00:00:00.000Z', observedGeneration: 3 });
    const failed = status({ health: { ...RUNNING, state: 'Failed' } }, { status: before });
    expect(failed.conditions?.[0]).to.include({ lastTransitionTime: NOW });
  });

  it('lists what jobs use and the first three of them', () => {
    const jobs = ['a/1', 'a/2', 'b/3', 'b/4', 'c/5'];
    expect(status({ allocated: { amounts: { cpu: 1500, pods: 5 }, jobs } })).to.deep.include({
      allocated: { cpu: '1500m', pods: '5' },
      allocatedSummary: '1500m CPU',
      jobs,
      jobsSummary: 'a/1, a/2, b/3 and 2 more',
      jobCount: 5,
    });
  });

  it('has no empty maps, which server-side apply would turn into null', () => {
    expect(status({ allocatable: undefined })).to.not.have.any.keys('capacity', 'allocated');
    expect(status()).to.deep.include({ capacity: { cpu: '8', pods: '110' } });
  });
});
