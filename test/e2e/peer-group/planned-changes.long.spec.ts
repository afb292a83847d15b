import { expect } from 'chai';
import type { Cluster } from '../../cluster/index.ts';
import { clusterNamespace, testCluster } from '../../support/cluster.ts';
import { eventually } from '../../support/eventually.ts';
import { LiveGroup } from '../../support/live-group.ts';
import { installRollcall } from '../../support/rollcall.ts';

describe('what is planned for five peers on three real nodes', function () {
  this.timeout(240_000);
  let cluster: Cluster;
  let web: LiveGroup;

  before(async function () {
    cluster = await testCluster({ nodes: 3 });
    await installRollcall(cluster);
    web = new LiveGroup(cluster.kubectl, await clusterNamespace(this), 'web');
    await web.create({ replicas: 5, interval: '500ms', log: { replies: 'Changes' } });
    await web.waitConnected();
  });

  afterEach(async () => {
    const { connectivity } = await web.status();
    expect(connectivity?.outages ?? [], 'outages').to.deep.equal([]);
  });

  /** Waits until all pods are of the present revision and every link works. */
  async function settled(links: string): Promise<void> {
    await eventually(async () => {
      const { generation, observedGeneration, conditions, connectivity } = await web.status();
      expect(observedGeneration).to.equal(generation);
      expect(conditions.find(({ type }) => type === 'Progressing')).to.include({ reason: 'RolledOut' });
      expect(connectivity?.summary).to.equal(links);
    }, 180_000);
    await web.waitConnected(60);
  }

  it('opens no outage when it is a scale-down', async () => {
    await web.patch({ replicas: 3 });
    await settled('6/6');
  });

  it('opens no outage when it is a scale-up', async () => {
    await web.patch({ replicas: 5 });
    await settled('20/20');
  });

  it('opens no outage when it is a rollout', async () => {
    await web.patch({
      resources: { requests: { cpu: '20m', memory: '96Mi' }, limits: { cpu: '200m', memory: '96Mi' } },
    });
    await settled('20/20');
  });

  it('opens no outage when it is a drain of a node', async () => {
    const node = cluster.nodes[2]!;
    try {
      await cluster.kubectl(
        [
          'drain',
          node,
          '--ignore-daemonsets',
          '--delete-emptydir-data',
          '--pod-selector=app.kubernetes.io/instance=web',
        ],
        { timeoutMs: 150_000 },
      );
      await settled('20/20');
    } finally {
      await cluster.kubectl(['uncordon', node]);
    }
  });

  for (const mode of ['Mutual', 'TLS', 'None']) {
    it(`opens no outage when it is a change of the TLS mode to ${mode}`, async () => {
      await web.patch({ tls: { mode } });
      await settled('20/20');
    });
  }
});
