import { expect } from 'chai';
import { containerProblem } from '../../../../reconciler/stuck-pods/start-problem.ts';
import { StuckPods, sameCause } from '../../../../reconciler/stuck-pods/stuck-pods.ts';

const problem = (reason: string, message = reason) => ({ reason, message });

describe('stuck pods', () => {
  it('keep the words that were said first of one cause, and since when they are stuck', () => {
    const pods = new StuckPods(sameCause);
    pods.stuck('a', problem('ErrImagePull', 'manifest unknown'), 1);
    pods.stuck('a', problem('ImagePullBackOff', 'back-off'), 2);
    expect(pods.get('a')).to.deep.equal({ since: 1, problem: problem('ErrImagePull', 'manifest unknown') });
    pods.stuck('a', problem('CreateContainerConfigError'), 3);
    expect(pods.get('a')).to.deep.equal({ since: 1, problem: problem('CreateContainerConfigError') });
    pods.forget('a');
    expect(pods.get('a')).to.equal(undefined);
  });

  it('are those with a container that waits for what does not come by itself', () => {
    const waiting = (reason: string) => [{ state: {} }, { state: { waiting: { reason, message: 'why\u0085' } } }];
    expect(containerProblem(waiting('ContainerCreating'))).to.equal(undefined);
    expect(containerProblem(waiting('PodInitializing'))).to.equal(undefined);
    expect(containerProblem(waiting('CrashLoopBackOff'))).to.deep.equal(problem('CrashLoopBackOff', 'why\ufffd'));
    expect(containerProblem(undefined)).to.equal(undefined);
  });
});
