import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { cgroupVersion, controllersToEnable } from '../../cluster/cgroups.ts';

describe('control groups', () => {
  it('are version 2 where the root lists its controllers, else version 1', () => {
    const root = mkdtempSync(join(tmpdir(), 'rollcall-cgroup-'));
    try {
      expect(cgroupVersion(root)).to.equal(1);
      writeFileSync(join(root, 'cgroup.controllers'), 'cpu memory\n');
      expect(cgroupVersion(root)).to.equal(2);
    } finally {
      rmSync(root, { recursive: true });
    }
  });

  it('get the controllers switched on that the kubelet needs and that are off', () => {
    expect(controllersToEnable('cpuset cpu io memory hugetlb pids rdma', 'cpu memory pids')).to.deep.equal(['cpuset']);
    expect(controllersToEnable('cpuset cpu memory pids', '')).to.deep.equal(['cpu', 'cpuset', 'memory', 'pids']);
  });
});
