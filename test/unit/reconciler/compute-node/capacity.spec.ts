import { expect } from 'chai';
import { capacityOf } from '../../../../reconciler/compute-node/capacity.ts';

describe('capacity of a ComputeNode', () => {
  it('is the smaller of what it offers and what its Node can allocate, per resource', () => {
    const capacity = capacityOf({ cpu: 4000, memory: 64 }, { cpu: 8000, memory: 32 });
    expect(capacity).to.deep.equal({ cpu: 4000, memory: 32 });
  });

  it('is not limited in what the spec does not name', () => {
    expect(capacityOf({ cpu: 1000 }, { cpu: 8000, pods: 110 })).to.deep.equal({ cpu: 1000, pods: 110 });
  });

  it('has nothing of what the Node does not have', () => {
    expect(capacityOf({ 'nvidia.com/gpu': 8 }, { cpu: 8000 })).to.deep.equal({ cpu: 8000 });
  });
});
