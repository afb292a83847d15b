import { expect } from 'chai';
import { observeDaemonSet, observeStatefulSet } from '../../../../../reconciler/peer-group/children/observe.ts';
import type { Problem } from '../../../../../reconciler/peer-group/problem.ts';
import type { DaemonSet, PeerGroupObject, StatefulSet } from '../../../../../reconciler/peer-group/resources.ts';
import { computeStatus } from '../../../../../reconciler/peer-group/status/compute-status.ts';
import { daemonSet, statefulSet } from '../builders.ts';

const NOW = '2026-01-02T00:00:00Z';

function group(status?: PeerGroupObject['status']): PeerGroupObject {
  return {
    apiVersion: 'rollcall.dev/v1alpha1',
    kind: 'PeerGroup',
    metadata: { name: 'web', namespace: 'ns', generation: 4 },
    spec: { replicas: 2 },
    ...(status === undefined ? {} : { status }),
  };
}

function status(set: StatefulSet | undefined, problems: readonly Problem[] = [], before = group()) {
  const observation = observeStatefulSet(set, 2);
  return computeStatus({ group: before, observation, updatedPeers: 1, connectivity: undefined, problems, now: NOW });
}

/** `Ready=True/PodsReady` … */
const short = (set: StatefulSet | undefined, problems: readonly Problem[] = []) =>
  status(set, problems).conditions?.map(({ type, status: value, reason }) => `${type}=${value}/${reason}`);

describe('status of a PeerGroup', () => {
  it('is about the generation that was rendered, in every condition too', () => {
    const { observedGeneration, conditions } = status(statefulSet(2));
    expect([observedGeneration, ...conditions!.map((condition) => condition.observedGeneration)]).to.deep.equal([
      4, 4, 4, 4, 4,
    ]);
  });

  it('is Ready and settled when all pods are', () => {
    expect(short(statefulSet(2))).to.deep.equal([
      'Ready=True/PodsReady',
      'Progressing=False/RolledOut',
      'Degraded=False/AsExpected',
      'Reconciling=True/Connecting',
    ]);
  });

  it('is scaling while the number of pods is another', () => {
    expect(short(statefulSet(2, { replicas: 1, readyReplicas: 1 }))).to.deep.equal([
      'Ready=False/PodsNotReady',
      'Progressing=True/Scaling',
      'Degraded=False/AsExpected',
      'Reconciling=True/Scaling',
    ]);
  });

  it('is Ready and rolling out while pods are replaced one by one', () => {
    expect(short(statefulSet(2, { updatedReplicas: 1 }))).to.include('Progressing=True/RollingOut');
  });

  it('trusts no numbers from before the StatefulSet changed', () => {
    expect(short(statefulSet(2, { observedGeneration: 2 }))).to.include('Progressing=True/RollingOut');
  });

  it('is not Ready before there is a StatefulSet', () => {
    expect(short(undefined)).to.include('Ready=False/PodsNotReady');
  });

  it('says every problem in one sentence after the other, under the reason of the first', () => {
    const problems = [
      { reason: 'QuotaExceeded', message: 'one' },
      { reason: 'NameConflict', message: 'two' },
    ] as const;
    const degraded = status(undefined, problems).conditions?.find(({ type }) => type === 'Degraded');
    expect(degraded).to.include({ status: 'True', reason: 'QuotaExceeded', message: 'one; two' });
  });

  it('says what reaches what, or keeps what was said where it could not be looked at', () => {
    const links = { summary: '2/2', links: 2, up: 2, down: 0 };
    const connected = { type: 'Connected', status: 'True', reason: 'AllLinksUp', message: '' } as const;
    const first = computeStatus({
      ...{
        group: group(),
        observation: observeStatefulSet(statefulSet(2), 2),
        updatedPeers: 2,
        problems: [],
        now: NOW,
      },
      connectivity: { connectivity: links, connected },
    });
    expect(first.connectivity).to.equal(links);
    expect(first.conditions?.map(({ type }) => type)).to.include('Connected');
    const next = status(statefulSet(2), [], group(first));
    expect(next.connectivity).to.equal(links);
    expect(next.conditions?.map(({ type }) => type)).to.include('Connected');
  });

  it('counts nodes where there is a peer on each', () => {
    expect(observeDaemonSet(daemonSet(3, { numberReady: 2 }))).to.deep.equal({
      replicas: 3,
      readyReplicas: 2,
      desired: 3,
      known: true,
      counted: true,
      rolledOut: true,
    });
    expect(observeDaemonSet(undefined).counted).to.equal(false);
    expect(observeDaemonSet(daemonSet(3, { updatedNumberScheduled: 1 })).rolledOut).to.equal(false);
  });

  it('is not Ready as long as nobody has counted the nodes', () => {
    const ready = (set: DaemonSet | undefined) =>
      computeStatus({
        ...{ group: group(), observation: observeDaemonSet(set), updatedPeers: 0, problems: [], now: NOW },
        connectivity: undefined,
      }).conditions?.find(({ type }) => type === 'Ready')?.status;
    expect([ready(undefined), ready({ ...daemonSet(0), status: {} }), ready(daemonSet(0))]).to.deep.equal([
      'False',
      'False',
      'True',
    ]);
  });

  it('selects the pods by labels that never change, for the scale subresource', () => {
    expect(status(statefulSet(2)).selector).to.equal(
      'app.kubernetes.io/name=rollcall,app.kubernetes.io/instance=web,app.kubernetes.io/component=peer',
    );
  });

  it('is the same when nothing changed, so that nothing is written', () => {
    const first = status(statefulSet(2));
    const later = computeStatus({
      group: group(first),
      observation: observeStatefulSet(statefulSet(2), 2),
      updatedPeers: 1,
      connectivity: undefined,
      problems: [],
      now: '2026-03-03T00:00:00Z',
    });
    expect(later).to.deep.equal(first);
  });
});
