import { expect } from 'chai';
import type { Cluster } from '../../cluster/index.ts';
import { clusterNamespace, testCluster } from '../../support/cluster.ts';
import { eventually } from '../../support/eventually.ts';
import { LiveGroup } from '../../support/live-group.ts';
import { installRollcall, operatorNode } from '../../support/rollcall.ts';

describe('a node that dies under one peer on each of three', function () {
  this.timeout(300_000);
  let cluster: Cluster;
  let agents: LiveGroup;

  before(async function () {
    cluster = await testCluster({ nodes: 3 });
    await installRollcall(cluster);
    agents = new LiveGroup(cluster.kubectl, await clusterNamespace(this), 'agents');
    await agents.create({ placement: 'PerNode', interval: '1s', timeout: '500ms', log: { replies: 'Changes' } });
    await agents.waitConnected();
  });

  it('is the only one that is blamed, at once by its links and later by name, and forgiven when it is back', async () => {
    // Not the one that the operator runs on: that would be another test.
    const operator = await operatorNode(cluster);
    const dead = cluster.nodes.filter((node) => node !== operator).at(-1)!;
    const alive = cluster.nodes.filter((node) => node !== dead);
    await cluster.killNode(dead);
    try {
      await agents.waitFor('False', 10_000);
      await eventually(async () => {
        const { connectivity } = await agents.status();
        const links = connectivity?.failing?.map(({ from, to, reason }) => [from, to, reason.split(':')[0]]) ?? [];
        expect(links.sort()).to.deep.equal(alive.map((node) => [node, dead, 'NodeFailed']).sort());
      }, 120_000);
    } finally {
      await cluster.startNode(dead);
    }
    await agents.waitFor('True', 120_000);
    const { connectivity } = await agents.status();
    const blamed = connectivity?.outages?.flatMap(({ from, to }) =>
      from === dead || to === dead ? [] : [`${from} → ${to}`],
    );
    expect(blamed).to.deep.equal([]);
    expect(connectivity?.outages?.filter(({ end }) => end === undefined)).to.deep.equal([]);
  });
});
