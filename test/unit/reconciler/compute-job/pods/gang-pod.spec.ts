import { expect } from 'chai';
import { gangPodOf } from '../../../../../reconciler/compute-job/pods/gang-pod.ts';
import type { TrackedPod } from '../../../../../reconciler/compute-job/pods/tracked-pod.ts';

const tracked = (more: object = {}, gang: object = {}) =>
  ({
    metadata: { name: 'train-gang-1-0', uid: 'u' },
    finished: false,
    requests: {},
    gang: { job: 'ns/train', attempt: 1, index: 0, state: { type: 'Unbound' }, addresses: [], hosts: 1, ...gang },
    ...more,
  }) as unknown as TrackedPod;
const observed = { ages: {}, stuckSince: undefined, now: 100_000 };

describe('a pod of a gang, as the planner sees it', () => {
  it('is on the node that it is bound to, else on the one that it is pinned to', () => {
    expect(gangPodOf(tracked({}, { pinnedTo: 'n0' }), observed)?.node).to.equal('n0');
    expect(gangPodOf(tracked({ node: 'n1' }, { pinnedTo: 'n0' }), observed)?.node).to.equal('n1');
  });

  it("has times by the operator's clock, from how long it has been what it is", () => {
    const ages = { unboundMs: 1_000, startingMs: 2_000, stoppingMs: 3_000, failedMs: 4_000 };
    expect(gangPodOf(tracked({}, { graceMs: 30_000 }), { ages, stuckSince: 95_000, now: 100_000 })).to.include({
      unboundSince: 99_000,
      startingSince: 98_000,
      stopBy: 127_000,
      failedSince: 96_000,
      stuckSince: 95_000,
    });
  });

  it('has no times of what it is not', () => {
    expect(gangPodOf(tracked(), observed)).to.not.have.any.keys('stopBy', 'startingSince', 'failedSince', 'stuckSince');
  });

  it("is none when the pod is somebody else's", () => {
    expect(gangPodOf(tracked({ gang: undefined }), observed)).to.equal(undefined);
  });
});
