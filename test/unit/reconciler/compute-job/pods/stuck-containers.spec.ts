import { expect } from 'chai';
import type { PodState } from '../../../../../reconciler/compute-job/pods/pod-state.ts';
import { StuckContainers } from '../../../../../reconciler/compute-job/pods/stuck-containers.ts';
import type { TrackedPod } from '../../../../../reconciler/compute-job/pods/tracked-pod.ts';

const pod = (state: PodState, uid = 'u') => ({ metadata: { uid }, gang: { state } }) as TrackedPod;
const stuck = (problem: string) => pod({ type: 'Starting', problem });

describe('containers that are stuck before their start', () => {
  it('are stuck since they were first seen so, however the problem is worded now', () => {
    const containers = new StuckContainers();
    containers.observe(stuck('ErrImagePull'), 1_000);
    containers.observe(stuck('ImagePullBackOff'), 61_000);
    expect(containers.since('u')).to.equal(1_000);
  });

  it('are forgotten once they start, have no problem any more, or their pod is deleted', () => {
    const ends: readonly ((containers: StuckContainers) => void)[] = [
      (containers) => containers.observe(pod({ type: 'Running' }), 2_000),
      (containers) => containers.observe(pod({ type: 'Starting' }), 2_000),
      (containers) => containers.forget(stuck('x')),
    ];
    for (const end of ends) {
      const containers = new StuckContainers();
      containers.observe(stuck('ErrImagePull'), 1_000);
      containers.observe(pod({ type: 'Starting', problem: 'StartError' }, 'other'), 1_500);
      end(containers);
      expect(containers.since('u')).to.equal(undefined);
      expect(containers.since('other')).to.equal(1_500);
    }
  });

  it("are only gangs': what others run is none of its business", () => {
    const containers = new StuckContainers();
    containers.observe({ metadata: { uid: 'u' } } as TrackedPod, 1_000);
    expect(containers.since('u')).to.equal(undefined);
  });
});
