import { expect } from 'chai';
import { MAX_NODE_RESOURCES } from '../../../../constructs/crds/compute-node.ts';
import { resourceDefaults } from '../../../../reconciler/compute-node/resource-defaults.ts';

const ALLOCATABLE = { cpu: 8000, memory: 2 ** 35, pods: 110, 'hugepages-2Mi': 0 };
const OURS = { cpu: '8', memory: '32Gi', pods: '110' };

describe('what is filled in of a ComputeNode', () => {
  it('is all that its Node can allocate', () => {
    expect(resourceDefaults({ spec: {}, defaulted: [] }, ALLOCATABLE)).to.deep.equal(OURS);
  });

  it('is nothing when it is filled in already', () => {
    const filled = { spec: { resources: OURS }, defaulted: ['cpu', 'memory', 'pods'] };
    expect(resourceDefaults(filled, ALLOCATABLE)).to.equal(undefined);
  });

  it('follows the Node', () => {
    const filled = { spec: { resources: OURS }, defaulted: ['cpu', 'memory', 'pods'] };
    expect(resourceDefaults(filled, { ...ALLOCATABLE, cpu: 4000 })).to.deep.include({ cpu: '4' });
  });

  it('leaves out what a user has set', () => {
    const set = { spec: { resources: { ...OURS, cpu: '2' } }, defaulted: ['memory', 'pods'] };
    expect(resourceDefaults(set, ALLOCATABLE)).to.equal(undefined);
  });

  it('fills in again what a user has taken back', () => {
    const { cpu: _, ...rest } = OURS;
    expect(resourceDefaults({ spec: { resources: rest }, defaulted: ['memory', 'pods'] }, ALLOCATABLE)).to.deep.equal(
      OURS,
    );
  });

  it('leaves out what the API server has just called a conflict', () => {
    const defaults = resourceDefaults({ spec: {}, defaulted: [] }, ALLOCATABLE, new Set(['memory']));
    expect(defaults).to.deep.equal({ cpu: '8', pods: '110' });
  });

  it('is no more than the schema takes beside what the user has set, and standard resources first', () => {
    const devices = Object.fromEntries(Array.from({ length: 100 }, (_, n) => [`a.com/${n}`, 1]));
    const set = { spec: { resources: { 'x.com/gpu': 1 } }, defaulted: [] };
    const defaults = resourceDefaults(set, { ...devices, ...ALLOCATABLE })!;
    expect(Object.keys(defaults)).to.have.length(MAX_NODE_RESOURCES - 1);
    expect(defaults).to.include(OURS);
  });

  it('takes a resource called like a property of every object for what it is', () => {
    const defaults = resourceDefaults({ spec: {}, defaulted: [] }, { ...ALLOCATABLE, constructor: 1 } as never);
    expect(defaults).to.deep.equal({ ...OURS, constructor: '1' });
  });

  it('goes from the ComputeNode with what the Node does not have any more', () => {
    const filled = {
      spec: { resources: { ...OURS, 'x.com/gpu': '1' } },
      defaulted: ['cpu', 'memory', 'pods', 'x.com/gpu'],
    };
    expect(resourceDefaults(filled, ALLOCATABLE)).to.deep.equal(OURS);
  });
});
