import { dirname } from 'node:path';
import { expect } from 'chai';
import { readState } from '../../cluster/cluster-state.ts';
import { type Cluster, findCluster, startCluster } from '../../cluster/index.ts';
import { networkPlan } from '../../cluster/network-plan.ts';
import { stopCluster } from '../../cluster/stop-cluster.ts';
import { testCluster } from '../../support/cluster.ts';
import { machineSettings, type Traces, tracesOf } from '../../support/traces.ts';

const NAME = 'test-beside';

describe('second cluster on one machine', function () {
  this.timeout(120_000);
  let settings: Record<string, string>;
  let second: Cluster;

  before(async () => {
    await stopCluster(NAME); // what a run that was killed has left
    settings = machineSettings();
    second = await startCluster({ name: NAME });
  });

  after(() => stopCluster(NAME));

  it('has nodes, addresses and API of its own', async () => {
    const first = await testCluster();
    const nodes = (cluster: Cluster) => cluster.kubectl(['get', 'nodes', '-o', 'name']);
    expect((await nodes(second)).trim()).to.equal(`node/${NAME}-1`);
    expect(await nodes(first)).not.to.include(NAME);
    expect(second.server).not.to.equal(first.server);
  });

  it('leaves the machine’s settings as they were', () => {
    expect(machineSettings()).to.deep.equal(settings);
  });

  it('leaves nothing behind when it is stopped: processes, network, control groups, mounts, files', async () => {
    const dir = dirname(second.kubeconfig);
    const { link } = networkPlan(readState(dir)!.index);
    for (const [kind, found] of Object.entries(tracesOf(dir, link))) {
      expect(found, `${kind} while it runs`).not.to.deep.equal([]);
    }
    await second.stop();
    const nothing: Traces = { processes: [], links: [], routes: [], cgroups: [], mounts: [], files: [] };
    expect(tracesOf(dir, link)).to.deep.equal(nothing);
    expect(findCluster(NAME)).to.equal(undefined);
  });
});
