import { expect } from 'chai';
import { computeJobSpec } from '../../../../../constructs/crds/compute-job.ts';
import { gangPodSpec } from '../../../../../constructs/gang-pod.ts';
import { trackPod } from '../../../../../reconciler/compute-job/pods/tracked-pod.ts';
import { accountPod } from '../../../../../reconciler/compute-job/queue/account-pod.ts';
import { Ledger } from '../../../../../reconciler/compute-job/queue/ledger.ts';
import type { KubeObject } from '../../../../../reconciler/kube/object.ts';
import { ledgerNode } from '../../../../support/compute-jobs.ts';

const JOB = { apiVersion: 'rollcall.dev/v1alpha1', kind: 'ComputeJob', name: 'train', uid: 'u1', controller: true };

/** A pod that says to be one of the gang `train` and is pinned to n0, as the operator makes them. */
function pinnedPod(name: string, more: { nodeName?: string; phase?: string; owner?: object } = {}): KubeObject {
  const spec = gangPodSpec({
    job: 'train',
    namespace: 'ns',
    service: 'train-gang',
    clusterDomain: 'cluster.local',
    spec: computeJobSpec.parse({ command: ['x'] }),
    image: 'busybox',
    index: 0,
    size: 1,
    node: 'n0',
  });
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { namespace: 'ns', name, ownerReferences: [more.owner ?? JOB] as never },
    spec: {
      affinity: spec.affinity,
      containers: [{ name: 'job', resources: { requests: { cpu: '4' } } }],
      ...(more.nodeName && { nodeName: more.nodeName }),
    },
    ...(more.phase && { status: { phase: more.phase } }),
  } as KubeObject;
}

function ledgerWith(...pods: KubeObject[]): Ledger {
  const ledger = new Ledger();
  ledger.setNode(ledgerNode('n0'));
  for (const pod of pods) accountPod(ledger, trackPod(pod), false);
  return ledger;
}

const held = (ledger: Ledger) => ledger.allocated('n0').amounts.cpu ?? 0;

describe('pods on the ledger', () => {
  it('take nothing of a node that they only say they want, whoever owns them', () => {
    expect(held(ledgerWith(pinnedPod('ghost'), pinnedPod('train-gang-1-0')))).to.equal(0);
  });

  it('take what they request once they are bound, until they have finished or are gone', () => {
    const ledger = ledgerWith(pinnedPod('train-gang-1-0', { nodeName: 'n0' }));
    expect(held(ledger)).to.equal(4000);
    accountPod(ledger, trackPod(pinnedPod('train-gang-1-0', { nodeName: 'n0', phase: 'Succeeded' })), false);
    expect(held(ledger)).to.equal(0);
    const gone = ledgerWith(pinnedPod('train-gang-1-0', { nodeName: 'n0' }));
    accountPod(gone, trackPod(pinnedPod('train-gang-1-0', { nodeName: 'n0' })), true);
    expect(held(gone)).to.equal(0);
  });

  it('leave what is reserved for them as it is until they are bound', () => {
    const ledger = ledgerWith();
    ledger.setPod('ns/train-gang-1-0', { node: 'n0', requests: { cpu: 1000 }, job: 'ns/train' });
    for (const deleted of [false, true]) accountPod(ledger, trackPod(pinnedPod('train-gang-1-0')), deleted);
    expect(held(ledger)).to.equal(1000);
    accountPod(ledger, trackPod(pinnedPod('train-gang-1-0', { nodeName: 'n0' })), false);
    expect(held(ledger)).to.equal(4000);
  });

  it('are no job of ours when their owner is of another API group', () => {
    const owner = { ...JOB, apiVersion: 'elsewhere.dev/v1' };
    expect(trackPod(pinnedPod('x', { owner })).gang).to.equal(undefined);
  });

  it('have no attempt or index that is no number', () => {
    const pod = pinnedPod('x');
    const labels = { 'rollcall.dev/attempt': '1e999', 'rollcall.dev/index': '-1' };
    const { gang } = trackPod({ ...pod, metadata: { ...pod.metadata, labels } });
    expect(gang).to.include({ attempt: 0, index: 0 });
  });
});
