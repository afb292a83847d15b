import { expect } from 'chai';
import { podState, podTimes, type SentPodState } from '../../../../../reconciler/compute-job/pods/pod-state.ts';

const START = '2026-01-01T00:00:10Z';
const END = '2026-01-01T00:00:20Z';

function pod(status: SentPodState['status'], metadata: SentPodState['metadata'] = {}, nodeName = 'n0'): SentPodState {
  return { metadata, spec: { nodeName }, status };
}

function ended(exitCode: number, more: object = {}) {
  const terminated = { exitCode, reason: exitCode === 0 ? 'Completed' : 'Error', startedAt: START, finishedAt: END };
  return [{ state: { terminated: { ...terminated, ...more } } }];
}

describe("a pod's state", () => {
  it('is Unbound before the scheduler has given it to its node', () => {
    expect(podState(pod({ phase: 'Pending' }, {}, ''))).to.deep.equal({ type: 'Unbound' });
  });

  it('is Starting while a gate of ours keeps it from the scheduler; gates of others do not matter', () => {
    const gated = (name: string) => {
      const { spec, ...rest } = pod({ phase: 'Pending' }, {}, '');
      return podState({ ...rest, spec: { ...spec, schedulingGates: [{ name: 'example.com/a' }, { name }] } });
    };
    expect(gated('rollcall.dev/gang')).to.deep.equal({ type: 'Starting', gated: true });
    expect(gated('example.com/b')).to.deep.equal({ type: 'Unbound' });
  });

  it('is Starting while its image is pulled', () => {
    const containerStatuses = [{ state: { waiting: { reason: 'ContainerCreating' } } }];
    expect(podState(pod({ phase: 'Pending', containerStatuses }))).to.deep.equal({ type: 'Starting' });
  });

  for (const reason of ['ErrImagePull', 'ImagePullBackOff', 'InvalidImageName', 'CreateContainerConfigError']) {
    it(`names ${reason} as what keeps it from starting`, () => {
      const containerStatuses = [{ state: { waiting: { reason, message: 'because' } } }];
      expect(podState(pod({ phase: 'Pending', containerStatuses }))).to.deep.equal({
        type: 'Starting',
        problem: `${reason}: because`,
      });
    });
  }

  describe('with containers that others have put into it', () => {
    const sidecar = { name: 'proxy', state: { running: { startedAt: START } } };
    const job = (exitCode: number) => ({ name: 'job', ...ended(exitCode)[0]! });

    it('is that of the command', () => {
      const state = (exitCode: number) =>
        podState(pod({ phase: 'Running', containerStatuses: [sidecar, job(exitCode)] }));
      expect(state(0)).to.deep.equal({ type: 'Succeeded' });
      expect(state(3)).to.deep.equal({ type: 'Failed', message: 'exit code 3' });
    });

    it('is no failure when only another container has failed', () => {
      const failed = { name: 'proxy', ...ended(1)[0]! };
      expect(podState(pod({ phase: 'Failed', containerStatuses: [failed, job(0)] }))).to.deep.equal({
        type: 'Succeeded',
      });
    });

    it('is no success when the command stopped because the pod was told to', () => {
      const metadata = { deletionTimestamp: END, deletionGracePeriodSeconds: 30 };
      expect(podState(pod({ phase: 'Running', containerStatuses: [sidecar, job(0)] }, metadata))).to.include({
        type: 'Lost',
      });
      const evicted = { phase: 'Failed', reason: 'Evicted', containerStatuses: [job(0)] };
      expect(podState(pod(evicted))).to.include({ type: 'Lost' });
    });
  });

  // k8s.io/kubernetes/pkg/kubelet/eviction, eviction_manager.go: localStorageEviction and its callees.
  for (const message of [
    'Usage of EmptyDir volume "tmp" exceeds the limit "1Gi". ',
    'Pod ephemeral local storage usage exceeds the total limit of containers 1Gi. ',
    'Container job exceeded its local ephemeral storage limit "1Gi". ',
  ]) {
    it(`is Failed when it outgrew a limit of its own: ${message}`, () => {
      expect(podState(pod({ phase: 'Failed', reason: 'Evicted', message }))).to.include({ type: 'Failed' });
    });
  }

  it('is Lost when its node was short of something', () => {
    const message = 'The node was low on resource: ephemeral-storage. Container job exceeded its request of 0.';
    expect(podState(pod({ phase: 'Failed', reason: 'Evicted', message }))).to.include({ type: 'Lost' });
  });

  for (const terminated of [
    { exitCode: 255, reason: 'Unknown' },
    { exitCode: 137, reason: 'ContainerStatusUnknown' },
  ]) {
    it(`is Lost when its node was started again: ${terminated.reason}`, () => {
      const containerStatuses = ended(terminated.exitCode, terminated);
      expect(podState(pod({ phase: 'Failed', containerStatuses }))).to.include({ type: 'Lost' });
    });
  }

  it('is Failed with exit code and termination message', () => {
    const status = { phase: 'Failed', containerStatuses: ended(3, { message: 'no luck\n' }) };
    expect(podState(pod(status))).to.deep.equal({ type: 'Failed', message: 'exit code 3: no luck' });
  });

  it('says nothing that would control a terminal, whatever a program or a kubelet writes', () => {
    const message = 'first\n\u001b[31m\u0085\u202e\u007f';
    const failed = podState(pod({ phase: 'Failed', containerStatuses: ended(3, { message }) }));
    expect(failed).to.deep.include({ message: 'exit code 3: first\n\ufffd[31m\ufffd\ufffd\ufffd' });
    const waiting = { reason: 'CreateContainerError', message };
    const stuck = podState(pod({ phase: 'Pending', containerStatuses: [{ state: { waiting } }] }));
    expect(stuck).to.deep.include({ problem: 'CreateContainerError: first\n\ufffd[31m\ufffd\ufffd\ufffd' });
    expect(podState(pod({ phase: 'Failed', reason: 'Evicted', message: '\u009b' }))).to.deep.include({
      message: 'Evicted: \ufffd',
    });
  });

  it('is Failed with the reason where that says more than Error', () => {
    const status = { phase: 'Failed', containerStatuses: ended(137, { reason: 'OOMKilled' }) };
    expect(podState(pod(status))).to.deep.equal({ type: 'Failed', message: 'exit code 137: OOMKilled' });
  });

  it('is Lost when whoever ended it says that it did so for the cluster', () => {
    const conditions = [{ type: 'DisruptionTarget', status: 'True', reason: 'PreemptionByScheduler', message: 'room' }];
    const status = { phase: 'Failed', conditions, containerStatuses: ended(143) };
    expect(podState(pod(status))).to.deep.equal({
      type: 'Lost',
      message: 'PreemptionByScheduler: room',
      planned: true,
    });
  });

  it('is Lost without anything to save when its node was gone for good', () => {
    const conditions = [{ type: 'DisruptionTarget', status: 'True', reason: 'DeletionByPodGC' }];
    const state = podState(pod({ phase: 'Failed', conditions }));
    expect(state).to.deep.equal({ type: 'Lost', message: 'DeletionByPodGC' });
  });

  for (const [exitCode, meaning] of [
    [135, /^exit code 135 \(SIGBUS.*shmSize/],
    [137, /^exit code 137 \(SIGKILL.*memory/],
  ] as const) {
    it(`explains the exit code ${exitCode}`, () => {
      const state = podState(pod({ phase: 'Failed', containerStatuses: ended(exitCode) }));
      expect(state).to.include({ type: 'Failed' }).and.property('message').match(meaning);
    });
  }

  it('names what keeps an init container from starting', () => {
    const initContainerStatuses = [{ state: { waiting: { reason: 'ErrImagePull', message: 'because' } } }];
    const containerStatuses = [{ state: { waiting: { reason: 'PodInitializing' } } }];
    expect(podState(pod({ phase: 'Pending', initContainerStatuses, containerStatuses }))).to.deep.equal({
      type: 'Starting',
      problem: 'ErrImagePull: because',
    });
  });

  for (const reason of ['Evicted', 'NodeShutdown', 'OutOfcpu', 'NodeAffinity', 'UnexpectedAdmissionError']) {
    it(`is Lost when the kubelet says ${reason}`, () => {
      expect(podState(pod({ phase: 'Failed', reason, message: 'why' }))).to.deep.equal({
        type: 'Lost',
        message: `${reason}: why`,
      });
    });
  }

  it('is Lost when it is being deleted', () => {
    expect(podState(pod({ phase: 'Running' }, { deletionTimestamp: END }))).to.include({ type: 'Lost' });
  });

  it('is Lost when it failed because it was told to stop', () => {
    const deletion = { deletionTimestamp: '2026-01-01T00:00:45Z', deletionGracePeriodSeconds: 30 };
    expect(podState(pod({ phase: 'Failed', containerStatuses: ended(143) }, deletion))).to.include({ type: 'Lost' });
  });

  it('is Failed when it had failed before it was deleted', () => {
    const deletion = { deletionTimestamp: '2026-01-01T00:01:00Z', deletionGracePeriodSeconds: 30 };
    expect(podState(pod({ phase: 'Failed', containerStatuses: ended(1) }, deletion))).to.include({ type: 'Failed' });
  });

  it('is Succeeded even while it is being deleted', () => {
    expect(podState(pod({ phase: 'Succeeded' }, { deletionTimestamp: END }))).to.deep.equal({ type: 'Succeeded' });
  });

  it('comes with the times at which its container started and ended', () => {
    expect(podTimes(pod({ containerStatuses: ended(0) }))).to.deep.equal({
      started: Date.parse(START),
      ended: Date.parse(END),
    });
    expect(podTimes(pod({}))).to.deep.equal({});
  });
});
