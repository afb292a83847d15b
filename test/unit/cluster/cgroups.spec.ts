import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { cgroupVersion, unifiedControllers } from '../../cluster/cgroups.ts';

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

  it('hand down what the kubelet needs, and huge pages where there are any', () => {
    const { use, switchOn } = unifiedControllers('cpuset cpu io memory hugetlb pids rdma\n', 'cpu memory pids\n');
    expect(use).to.deep.equal(['cpu', 'cpuset', 'memory', 'pids', 'hugetlb']);
    expect(switchOn).to.deep.equal(['cpuset', 'hugetlb']);
    expect(unifiedControllers('cpuset cpu memory pids', '').use).not.to.include('hugetlb');
  });

  it('are refused by the names of the controllers that the machine lacks', () => {
    expect(() => unifiedControllers('cpu memory', '')).to.throw('controllers cpuset, pids');
  });
});
