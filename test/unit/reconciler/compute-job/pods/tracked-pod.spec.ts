import { expect } from 'chai';
import fc from 'fast-check';
import { type GangPlacement, renderGang } from '../../../../../constructs/compute-job.ts';
import { contentHash } from '../../../../../constructs/content-hash.ts';
import { trackPod } from '../../../../../reconciler/compute-job/pods/tracked-pod.ts';
import type { KubeObject } from '../../../../../reconciler/kube/object.ts';

const CONTEXT = { image: 'busybox', waitImage: 'busybox', clusterDomain: 'cluster.local' };

/** The first pod of a gang of 3, as the operator creates it. */
function createdPod(placement: Partial<GangPlacement> = {}): KubeObject {
  const resource = {
    metadata: { name: 'train', namespace: 'ns', uid: 'job-uid' },
    spec: { command: ['x'], parallelism: 3, slotsPerNode: 4, resources: { requests: { cpu: 2 } } },
  };
  const [, pod] = renderGang(resource, CONTEXT, { attempt: 7, nodes: ['n0', 'n1', 'n2'], indexes: [1], ...placement });
  return pod as unknown as KubeObject;
}

describe('pods as the cache keeps them', () => {
  it('of a gang have what their manifest says', () => {
    const { gang, node, requests } = trackPod(createdPod());
    expect(gang).to.deep.equal({
      job: 'ns/train',
      pinnedTo: 'n1',
      attempt: 7,
      index: 1,
      state: { type: 'Unbound' },
      addresses: [],
      hosts: 3,
      slots: 4,
    });
    expect(node).to.equal(undefined);
    expect(requests).to.deep.equal({ cpu: 2000, pods: 1 });
  });

  it('that wait for host names have a hash of those that they were given', () => {
    const { gang } = trackPod(createdPod({ service: 'train-gang-7-abcde' }));
    expect(gang?.addressesHash).to.equal(contentHash(''));
  });

  it('have an address of each family, their node, and the grace period once they are being deleted', () => {
    const pod = createdPod();
    const { gang, node } = trackPod({
      ...pod,
      metadata: { ...pod.metadata, deletionTimestamp: '2026-01-01T00:00:00Z', deletionGracePeriodSeconds: 30 },
      spec: { ...(pod as KubeObject & { spec: object }).spec, nodeName: 'n9' },
      status: { phase: 'Running', podIP: '10.0.0.1', podIPs: [{ ip: '10.0.0.1' }, { ip: 'fd00::1' }] },
    } as KubeObject);
    expect(gang).to.deep.include({ addresses: ['10.0.0.1', 'fd00::1'], graceMs: 30_000, pinnedTo: 'n1' });
    expect(node).to.equal('n9');
  });

  it('of others have what they request, and nothing else', () => {
    const { apiVersion, kind, metadata, ...rest } = createdPod() as KubeObject & { spec: object };
    const owners = [
      undefined,
      { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'train', uid: 'u', controller: true },
      { apiVersion: 'example.com/v1', kind: 'ComputeJob', name: 'train', uid: 'u', controller: true },
    ];
    for (const owner of owners) {
      const ownerReferences = owner ? [owner] : [];
      const tracked = trackPod({ apiVersion, kind, metadata: { ...metadata, ownerReferences }, ...rest } as KubeObject);
      expect(Object.keys(tracked).sort()).to.deep.equal(['apiVersion', 'finished', 'kind', 'metadata', 'requests']);
      expect(tracked.metadata).to.have.keys('name', 'namespace');
    }
  });

  it('never have an attempt, an index or a number of slots that is no number, whatever the labels and annotations say', () => {
    const pod = createdPod();
    const text = fc.oneof(fc.string(), fc.stringMatching(/^-?\d{1,400}$/), fc.constantFrom('1e9', 'NaN', '0x10', ' 1'));
    fc.assert(
      fc.property(text, text, text, (attempt, index, hostfile) => {
        const { gang } = trackPod({
          ...pod,
          metadata: {
            ...pod.metadata,
            labels: { 'rollcall.dev/attempt': attempt, 'rollcall.dev/index': index },
            annotations: { 'rollcall.dev/hosts': hostfile, 'rollcall.dev/hostfile': `a slots=${hostfile}\n` },
          },
        });
        for (const number of [gang!.attempt, gang!.index])
          expect(Number.isSafeInteger(number) && number >= 0).to.equal(true);
        expect(gang!.hosts).to.equal(hostfile.split('\n').length - 1);
        expect(gang!.slots ?? 0).to.not.be.NaN;
      }),
    );
  });
});
