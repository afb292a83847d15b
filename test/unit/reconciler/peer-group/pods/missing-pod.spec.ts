import { expect } from 'chai';
import { missingPod, type Workload } from '../../../../../reconciler/peer-group/pods/missing-pod.ts';

const template = { metadata: { labels: { app: 'x' } }, spec: { containers: [{ name: 'peer' }] } };
const workload = (kind: string, spec: object, status = {}): Workload => ({
  apiVersion: 'apps/v1',
  kind,
  metadata: { name: 'web', namespace: 'ns', uid: 'u' },
  spec: { template, ...spec },
  status,
});

describe('the pod that a workload lacks', () => {
  it('is the first of a StatefulSet by its number, with the name and host that its controller would give it', () => {
    const pod = missingPod(workload('StatefulSet', { replicas: 3, serviceName: 'web' }), new Set(['web-0', 'web-2']));
    expect(pod?.metadata)
      .to.include({ name: 'web-1', namespace: 'ns' })
      .and.have.property('labels', template.metadata.labels);
    expect(pod?.spec).to.deep.equal({ ...template.spec, hostname: 'web-1', subdomain: 'web' });
    expect(pod?.metadata.ownerReferences?.[0]).to.include({ kind: 'StatefulSet', uid: 'u', controller: true });
  });

  it('is one of a DaemonSet while its controller has made fewer than it should', () => {
    const status = { desiredNumberScheduled: 2, currentNumberScheduled: 1 };
    expect(missingPod(workload('DaemonSet', {}, status), new Set(['web-abc']))?.spec).to.deep.equal(template.spec);
    expect(missingPod(workload('DaemonSet', {}, { ...status, currentNumberScheduled: 2 }), new Set())).to.equal(
      undefined,
    );
  });

  it('is none where all are there, more than that included', () => {
    const names = new Set(['web-0', 'web-1', 'web-2']);
    expect(missingPod(workload('StatefulSet', { replicas: 2 }), names)).to.equal(undefined);
    expect(missingPod(workload('StatefulSet', { replicas: 0 }), new Set())).to.equal(undefined);
  });

  it('is not known of a workload that is cached in part', () => {
    const status = { desiredNumberScheduled: 2, currentNumberScheduled: 1 };
    expect(missingPod(workload('StatefulSet', { replicas: 2, template: undefined }), new Set())).to.equal(undefined);
    expect(missingPod(workload('DaemonSet', { template: undefined }, status), new Set())).to.equal(undefined);
  });
});
