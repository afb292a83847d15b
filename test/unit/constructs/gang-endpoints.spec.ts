import { expect } from 'chai';
import { renderGangEndpoints } from '../../../constructs/gang-endpoints.ts';

const JOB = { metadata: { name: 'train', namespace: 'demo', uid: 'uid' }, spec: { command: ['run'] } };
const pod = (index: number, ...addresses: string[]) => ({
  index,
  pod: `train-gang-1-${index}`,
  uid: `uid-${index}`,
  node: `n${index}`,
  addresses,
});

describe('EndpointSlices of a gang', () => {
  it('give each pod its host name and say that it is ready, behind the Service of the attempt', () => {
    const [slice, ...others] = renderGangEndpoints(JOB, 'train-gang-1-abcde', [pod(0, '10.0.0.1'), pod(1, '10.0.0.2')]);
    expect(others).to.deep.equal([]);
    expect(slice).to.deep.include({ apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', addressType: 'IPv4' });
    expect(slice!.metadata.labels).to.include({
      'kubernetes.io/service-name': 'train-gang-1-abcde',
      'endpointslice.kubernetes.io/managed-by': 'operator.rollcall.dev',
    });
    expect(slice!.metadata.ownerReferences).to.have.length(1);
    expect((slice as unknown as { endpoints: unknown[] }).endpoints[1]).to.deep.equal({
      addresses: ['10.0.0.2'],
      conditions: { ready: true },
      hostname: 'train-1',
      nodeName: 'n1',
      targetRef: { kind: 'Pod', name: 'train-gang-1-1', namespace: 'demo', uid: 'uid-1' },
    });
  });

  it('are one for each address family', () => {
    const slices = renderGangEndpoints(JOB, 'train-gang-1-abcde', [pod(0, '10.0.0.1', 'fd00::1'), pod(1, 'fd00::2')]);
    expect(
      slices.map((slice) => [slice.metadata.name, (slice as { endpoints?: unknown[] }).endpoints?.length]),
    ).to.deep.equal([
      ['train-gang-1-abcde-ipv4', 1],
      ['train-gang-1-abcde-ipv6', 2],
    ]);
  });
});
