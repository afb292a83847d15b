import { expect } from 'chai';
import type { ApplyConfiguration, KubeObject } from '../../../../../reconciler/kube/object.ts';
import { isRolling, leftovers } from '../../../../../reconciler/peer-group/children/leftovers.ts';
import { daemonSet, pod, statefulSet } from '../builders.ts';

const child = (kind: string, name: string): KubeObject => ({
  apiVersion: 'v1',
  kind,
  metadata: { name, namespace: 'ns' },
});
const NOW = child('ConfigMap', 'web-config-now');
const FORMER = child('ConfigMap', 'web-config-former');

function names(changes: Partial<Parameters<typeof leftovers>[0]>): string[] {
  const input = { owned: [NOW, FORMER], rendered: [NOW as ApplyConfiguration], pods: [pod(0)], isRolling: false };
  return leftovers({ ...input, ...changes }).map(({ metadata }) => metadata.name);
}

describe('leftovers', () => {
  it('are former ConfigMaps that no pod mounts', () => {
    expect(names({})).to.deep.equal(['web-config-former']);
  });

  it('are none while a pod mounts the former ConfigMap', () => {
    expect(names({ pods: [pod(0), pod(1, { configMaps: ['web-config-former'] })] })).to.deep.equal([]);
  });

  it('are none while a rollout goes on, which may still make pods of the former revision', () => {
    expect(names({ isRolling: true })).to.deep.equal([]);
  });

  it('are optional children that are no longer asked for, at once', () => {
    const owned = [NOW, child('Service', 'web-svc')];
    expect(names({ owned, isRolling: true })).to.deep.equal(['web-svc']);
  });
});

describe('a rollout', () => {
  it('goes on until every pod of the StatefulSet is of its revision', () => {
    expect(isRolling(statefulSet(1))).to.equal(false);
    expect(isRolling(statefulSet(1, { updateRevision: 'next' }))).to.equal(true);
  });

  it('goes on until the controller has seen the StatefulSet', () => {
    expect(isRolling(statefulSet(1, { observedGeneration: 2 }))).to.equal(true);
    expect(isRolling(undefined)).to.equal(true);
  });

  it('goes on until every node has a pod of the DaemonSet’s revision', () => {
    expect(isRolling(daemonSet(3))).to.equal(false);
    expect(isRolling(daemonSet(3, { updatedNumberScheduled: 2 }))).to.equal(true);
  });
});
