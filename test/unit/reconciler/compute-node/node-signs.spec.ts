import { expect } from 'chai';
import { type NodeClocks, nodeSigns } from '../../../../reconciler/compute-node/node-signs.ts';

const signs = (more: Partial<NodeClocks> = {}) =>
  nodeSigns({
    ready: 'True',
    readyMs: 60_000,
    leaseMs: 4_000,
    renewals: [4_000, 14_000],
    rebootedMs: undefined,
    ...more,
  });

describe('signs of life of a node', () => {
  it('are the last two renewals of its Lease, and its last reboot if one was observed', () => {
    expect(signs())
      .to.deep.include({ hasLease: true, renewals: [4_000, 14_000] })
      .and.not.have.property('rebootedMs');
    expect(signs({ rebootedMs: 5_000 })).to.include({ rebootedMs: 5_000 });
  });

  it('are none without a Lease', () => {
    const bare = signs({ renewals: undefined, leaseMs: undefined });
    expect(bare).to.deep.equal({ hasLease: false, renewals: [undefined, undefined] });
  });

  it('name the taint of a Node that is not ready, and for how long it has been so', () => {
    expect(signs({ ready: 'False', readyMs: 7_000 }).unavailable).to.deep.equal({
      taint: 'node.kubernetes.io/not-ready',
      forMs: 7_000,
    });
    expect(signs({ ready: 'Unknown', readyMs: 7_000 }).unavailable?.taint).to.equal('node.kubernetes.io/unreachable');
  });

  it('count the age of the Lease while the Node is still ready: it will be Unknown next', () => {
    const expected = { taint: 'node.kubernetes.io/unreachable', forMs: 30_000 };
    expect(signs({ leaseMs: 30_000 }).unavailable).to.deep.equal(expected);
  });

  it('say nothing of a deleted Node: it is not waited for', () => {
    expect(signs({ ready: undefined })).to.not.have.property('unavailable');
  });
});
