import { expect } from 'chai';
import { findStuckPods, type WaitingPod } from '../../../../../reconciler/peer-group/pods/find-stuck-pods.ts';

const pod = (name: string, reason: string, since: number): WaitingPod => ({
  name,
  stuck: { since, problem: { reason, message: 'why' } },
});

describe('pods that can not start', () => {
  it('are a problem once that has lasted ten seconds', () => {
    const pods = [pod('web-0', 'ErrImagePull', 1_000)];
    expect(findStuckPods(pods, 5_000)).to.deep.equal({ problems: [], againInMs: 6_000 });
    expect(findStuckPods(pods, 11_000)).to.deep.equal({
      problems: [{ reason: 'PodStuck', message: 'Pod web-0 cannot start: ErrImagePull: why' }],
    });
  });

  it('may wait a minute for a node', () => {
    const pods = [pod('web-0', 'Unschedulable', 0)];
    expect(findStuckPods(pods, 59_000)).to.deep.equal({ problems: [], againInMs: 1_000 });
    expect(findStuckPods(pods, 60_000).problems).to.deep.equal([
      { reason: 'Unschedulable', message: 'Pod web-0 cannot be scheduled: why' },
    ]);
  });

  it('are named once for each reason, the first by its number', () => {
    const pods = [pod('web-10', 'ErrImagePull', 0), pod('web-2', 'ErrImagePull', 0), pod('web-3', 'StartError', 0)];
    const messages = findStuckPods(pods, 60_000).problems.map(({ message }) => message);
    expect(messages).to.deep.equal([
      'Pod web-2 cannot start: ErrImagePull: why',
      'Pod web-3 cannot start: StartError: why',
    ]);
  });
});
