import { expect } from 'chai';
import { podRequests } from '../../../../reconciler/node-resources/pod-requests.ts';

const container = (cpu: string, more = {}) => ({ name: `c${cpu}`, resources: { requests: { cpu } }, ...more });

describe("a pod's requests, as the scheduler counts them", () => {
  it('add up over its containers', () => {
    expect(podRequests({ spec: { containers: [container('1'), container('500m')] } })).to.deep.equal({
      cpu: 1500,
      pods: 1,
    });
  });

  it('are those of the hungriest init container when that is more', () => {
    const spec = { containers: [container('1')], initContainers: [container('2'), container('3')] };
    expect(podRequests({ spec }).cpu).to.equal(3000);
  });

  it('count a sidecar beside the containers, and beside the init containers after it', () => {
    const sidecar = container('1', { restartPolicy: 'Always' });
    expect(podRequests({ spec: { containers: [container('1')], initContainers: [sidecar] } }).cpu).to.equal(2000);
    const late = { containers: [container('1')], initContainers: [container('4'), sidecar] };
    expect(podRequests({ spec: late }).cpu).to.equal(4000);
    const early = { containers: [container('1')], initContainers: [sidecar, container('4')] };
    expect(podRequests({ spec: early }).cpu).to.equal(5000);
  });

  it('include the overhead of its runtime class', () => {
    expect(podRequests({ spec: { containers: [container('1')], overhead: { cpu: '250m' } } }).cpu).to.equal(1250);
  });

  it("are the pod's own where it has some", () => {
    const spec = { containers: [container('1')], resources: { requests: { cpu: '3' } } };
    expect(podRequests({ spec }).cpu).to.equal(3000);
  });

  it('are what a container still holds while it is made smaller', () => {
    const status = { containerStatuses: [{ name: 'c1', allocatedResources: { cpu: '2' } }] };
    expect(podRequests({ spec: { containers: [container('1')] }, status }).cpu).to.equal(2000);
  });

  it('take one of the resource pods, and nothing else when none are given', () => {
    expect(podRequests({ spec: { containers: [{ name: 'c' }] } })).to.deep.equal({ pods: 1 });
  });
});
