import { expect } from 'chai';
import type { ComputeNode } from '../../../../reconciler/compute-node/compute-node-object.ts';
import { factsOf } from '../../../../reconciler/compute-node/node-facts.ts';
import type { Cache } from '../../../../reconciler/kube/cache.ts';
import { type Node, transformNode } from '../../../../reconciler/node-resources/node.ts';

/** What placement sees of n0, from a Node as the API server sends it and its ComputeNode. */
function facts(node: object | undefined, computeNode: object | undefined) {
  const metadata = { name: 'n0', labels: { from: 'node' } };
  const sent = node && transformNode({ apiVersion: 'v1', kind: 'Node', metadata, ...node });
  const mirror = computeNode && { metadata: { name: 'n0', labels: { from: 'computenode' } }, spec: {}, ...computeNode };
  const cacheOf = <T>(object: unknown) => ({ get: () => object }) as unknown as Cache<T & Node>;
  return factsOf('n0', { nodes: cacheOf<Node>(sent), computeNodes: cacheOf<ComputeNode & Node>(mirror) as never });
}

const ALLOCATABLE = { status: { allocatable: { cpu: '8', memory: '32Gi' } } };

describe('a node, as placement sees it', () => {
  it('is none without its Node or its ComputeNode', () => {
    expect(facts(undefined, {})).to.equal(undefined);
    expect(facts({}, undefined)).to.equal(undefined);
  });

  it('has the labels of the ComputeNode and the taints of the Node, a cordon among them', () => {
    const taints = [{ key: 'gpu', value: 'yes', effect: 'NoSchedule' }];
    const cordon = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' };
    const seen = facts({ spec: { unschedulable: true, taints } }, {});
    expect(seen).to.deep.include({ labels: { from: 'computenode' }, taints: [...taints, cordon] });
  });

  it('offers the smaller of spec.resources and what the Node can allocate', () => {
    const seen = facts(ALLOCATABLE, { spec: { resources: { cpu: '2', memory: '64Gi' } } });
    expect(seen?.allocatable).to.deep.equal({ cpu: 8000, memory: 32 * 2 ** 30 });
    expect(seen?.capacity).to.deep.equal({ cpu: 2000, memory: 32 * 2 ** 30 });
  });

  it('takes jobs only while the ComputeNode is Running and not unschedulable', () => {
    expect(facts({}, {})).to.include({ running: false, unschedulable: false });
    expect(facts({}, { status: { state: 'Failed' } })).to.include({ running: false });
    expect(facts({}, { status: { state: 'Running' }, spec: { unschedulable: true } })).to.include({
      running: true,
      unschedulable: true,
    });
  });
});
