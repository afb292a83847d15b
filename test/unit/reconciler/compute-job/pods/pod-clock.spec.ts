import { expect } from 'chai';
import { PodClock } from '../../../../../reconciler/compute-job/pods/pod-clock.ts';
import type { GangRole, TrackedPod } from '../../../../../reconciler/compute-job/pods/tracked-pod.ts';

/** A pod whose own times, if anybody looked at them, are an hour off. */
function pod(gang: Partial<GangRole>): TrackedPod {
  return { metadata: { uid: 'u' }, finished: false, gang: { state: { type: 'Unbound' }, ...gang } } as TrackedPod;
}

describe('clock of pods', () => {
  it('measures on its own from what it sees', () => {
    const time = { now: 1_000 };
    const clock = new PodClock(() => time.now);
    clock.observe(pod({}));
    time.now += 60_000;
    clock.observe(pod({}));
    expect(clock.ages('u')).to.deep.equal({ unboundMs: 60_000 });
    clock.observe(pod({ state: { type: 'Starting' } }));
    time.now += 5_000;
    expect(clock.ages('u')).to.deep.equal({ startingMs: 5_000 });
    clock.observe(pod({ state: { type: 'Lost', message: 'x' }, graceMs: 30_000 }));
    time.now += 7_000;
    expect(clock.ages('u')).to.deep.equal({ stoppingMs: 7_000 });
  });

  it("keeps nothing of pods that are gone, have finished or are no gang's", () => {
    const clock = new PodClock(() => 0);
    clock.observe(pod({}));
    clock.forget(pod({}));
    clock.observe({ ...pod({}), finished: true });
    const { gang: _, ...other } = pod({});
    clock.observe(other);
    expect(clock.ages('u')).to.deep.equal({});
  });
});
