import { expect } from 'chai';
import { ANNOTATION_CONFIG_HASH, ANNOTATION_DEFAULT_IMAGE, LABEL_INSTANCE } from '../../../../../constructs/names.ts';
import { FieldsPool } from '../../../../../reconciler/kube/managed-fields.ts';
import type { KubeObject } from '../../../../../reconciler/kube/object.ts';
import { isRolling } from '../../../../../reconciler/peer-group/children/leftovers.ts';
import { observeDaemonSet, observeStatefulSet } from '../../../../../reconciler/peer-group/children/observe.ts';
import { reduceChild, transformChild, transformPod } from '../../../../../reconciler/peer-group/children/transform.ts';
import { CHILD_TYPES, type DaemonSet, type StatefulSet } from '../../../../../reconciler/peer-group/resources.ts';
import { object } from '../../kube/builders.ts';

const child = (kind: string) => transformChild(CHILD_TYPES.find((type) => type.kind === kind)!, new FieldsPool());

const ownerReferences = [
  { apiVersion: 'rollcall.dev/v1alpha1', kind: 'PeerGroup', name: 'web', uid: 'u', controller: true },
];

describe('what the caches keep', () => {
  const workload = (kind: string, status: object, annotations: Record<string, string> = {}) => {
    const metadata = { annotations: { ...annotations, [ANNOTATION_DEFAULT_IMAGE]: 'rollcall:1' }, generation: 2 };
    const spec = { replicas: 3, template: { padding: 'x'.repeat(20_000) } };
    return { ...object('web', metadata), kind, spec, status: { observedGeneration: 2, ...status } };
  };

  it('of a workload without room for it: its default image, and what tells whether pods are removed or rolled out', () => {
    const set = workload('StatefulSet', { replicas: 3, readyReplicas: 2, updatedReplicas: 3, updateRevision: 'a' });
    const reduced = reduceChild(set) as StatefulSet;
    expect(reduced.spec).to.deep.equal({ replicas: 3 });
    expect(observeStatefulSet(reduced, 3)).to.deep.equal(observeStatefulSet(set as StatefulSet, 3));
    expect(isRolling({ ...reduced, status: { ...reduced.status, currentRevision: 'a' } })).to.equal(false);
    const scheduled = {
      desiredNumberScheduled: 3,
      currentNumberScheduled: 3,
      numberReady: 3,
      updatedNumberScheduled: 3,
    };
    const daemons = workload('DaemonSet', scheduled, { theirs: 'x'.repeat(100_000) });
    const small = reduceChild(daemons);
    expect(observeDaemonSet(small as DaemonSet)).to.deep.equal(observeDaemonSet(daemons as DaemonSet));
    expect(small.metadata.annotations).to.deep.equal({ [ANNOTATION_DEFAULT_IMAGE]: 'rollcall:1' });
    expect(JSON.stringify(small).length).to.be.below(1_000);
    expect(reduceChild({ ...set, kind: 'ConfigMap' })).not.to.have.any.keys('spec', 'status');
  });

  it('of a pod: the config hash in its annotation, the ConfigMaps it mounts, its address, whether it is ready and how it came there', () => {
    const sent = {
      ...object('web-0', { annotations: { [ANNOTATION_CONFIG_HASH]: 'h', other: 'x' } }),
      spec: {
        nodeName: 'n',
        containers: [{ name: 'peer' }],
        volumes: [{ configMap: { name: 'c' } }, { emptyDir: {} }],
      },
      status: {
        phase: 'Running',
        podIP: '10.0.0.1',
        conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: '2026-01-01T00:00:00Z' }],
        containerStatuses: [{ restartCount: 1 }],
      },
    };
    const kept = transformPod(sent as KubeObject);
    expect(kept.metadata.annotations).to.deep.equal({ [ANNOTATION_CONFIG_HASH]: 'h' });
    expect(kept.spec).to.deep.equal({ nodeName: 'n', configMaps: ['c'] });
    expect(kept.status).to.deep.equal({
      phase: 'Running',
      podIP: '10.0.0.1',
      ready: true,
      readySince: '2026-01-01T00:00:00Z',
      hasBeenReady: true,
      hasRestarted: true,
    });
  });

  it('of a pod that is not ready: whether it has ever been', () => {
    const since = (lastTransitionTime: string, startedAt?: string) => {
      const status = {
        conditions: [{ type: 'Ready', status: 'False', lastTransitionTime }],
        containerStatuses: [startedAt === undefined ? {} : { state: { running: { startedAt } } }],
      };
      return transformPod({ ...object('web-0'), status } as KubeObject).status.hasBeenReady;
    };
    expect(since('2026-01-01T00:00:00Z')).to.equal(false);
    expect(since('2026-01-01T00:00:00Z', '2026-01-01T00:00:02Z'), 'started, and not ready since it is there').to.equal(
      false,
    );
    expect(since('2026-01-01T00:00:09Z', '2026-01-01T00:00:02Z'), 'not ready any more').to.equal(true);
  });

  it('of a ConfigMap: when we last changed it', () => {
    const managedFields = [
      { manager: 'kubectl', operation: 'Update', time: '2026-02-02T00:00:00Z' },
      { manager: 'rollcall', operation: 'Apply', time: '2026-01-01T00:00:00Z' },
    ];
    expect(child('ConfigMap')(object('c', { managedFields, ownerReferences }))).to.include({
      appliedAt: '2026-01-01T00:00:00Z',
    });
  });

  it('of a StatefulSet its status, of a PodDisruptionBudget none', () => {
    const withStatus = { ...object('web', { ownerReferences }), status: { replicas: 1 } };
    expect(child('StatefulSet')(withStatus)).to.have.property('status');
    expect(child('PodDisruptionBudget')(withStatus)).not.to.have.property('status');
  });

  it('of what only looks like a child, whose it is', () => {
    const labels = { [LABEL_INSTANCE]: 'web', other: 'x'.repeat(1_000) };
    const annotations = { padding: 'x'.repeat(1_000) };
    const foreign = { ...object('c', { labels, annotations }), data: { padding: 'x'.repeat(1_000) } };
    for (const kind of ['ConfigMap', 'StatefulSet', 'Service']) {
      const kept = child(kind)(foreign);
      expect(JSON.stringify(kept).length, kind).to.be.below(300);
      expect(kept.metadata.labels).to.deep.equal({ [LABEL_INSTANCE]: 'web' });
    }
  });
});
