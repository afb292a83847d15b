import { expect } from 'chai';
import type { KubeObject } from '../../../../reconciler/kube/object.ts';
import { isCordoned, isReady, transformNode, zoneOf } from '../../../../reconciler/node-resources/node.ts';

function sent(spec: object = {}, status: object = {}): KubeObject {
  const metadata = { name: 'a', labels: { 'topology.kubernetes.io/zone': 'z1' }, annotations: { other: 'x' } };
  return { apiVersion: 'v1', kind: 'Node', metadata, spec, status } as KubeObject;
}

function ready(status: string, lastHeartbeatTime: string) {
  const condition = { type: 'Ready', status, lastTransitionTime: '2026-01-01T00:00:00Z', lastHeartbeatTime };
  return { conditions: [condition], allocatable: { cpu: '1500m', memory: '1Gi' } };
}

describe('what is kept of a Node', () => {
  it('is the same after a heartbeat, and another after it turned NotReady', () => {
    const first = transformNode(sent({}, ready('True', '2026-01-01T00:00:10Z')));
    expect(first.allocatable).to.deep.equal({ cpu: 1500, memory: 2 ** 30 });
    expect(isReady(first)).to.equal(true);
    expect(transformNode(sent({}, ready('True', '2026-01-01T00:00:20Z')))).to.deep.equal(first);
    expect(isReady(transformNode(sent({}, ready('Unknown', '2026-01-01T00:00:20Z'))))).to.equal(false);
  });

  it('counts a cordon once, whether or not its taint is there yet', () => {
    const taint = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule', timeAdded: '2026-01-01T00:00:00Z' };
    const [early, late] = [{ unschedulable: true }, { unschedulable: true, taints: [taint] }].map((spec) =>
      transformNode(sent(spec)),
    );
    expect(isCordoned(early!)).to.equal(true);
    expect(late).to.deep.equal(early);
    expect(isCordoned(transformNode(sent()))).to.equal(false);
  });

  it('includes its zone, and that it has never said whether it is ready', () => {
    const node = transformNode(sent());
    expect(zoneOf(node)).to.equal('z1');
    expect(node.ready.status).to.equal('Unknown');
    expect(isReady(node)).to.equal(false);
  });
});
