import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { linkOf } from '../../../scripts/start/links.ts';
import type { Cluster } from '../../cluster/index.ts';
import { clusterNamespace, testCluster } from '../../support/cluster.ts';
import { eventually } from '../../support/eventually.ts';
import { LiveGroup } from '../../support/live-group.ts';
import { peerPods, podLog } from '../../support/peer-pods.ts';
import { restartDaemon } from '../../support/restart-daemon.ts';
import { installRollcall } from '../../support/rollcall.ts';

const PODS = ['web-0', 'web-1', 'web-2'];
const AWAY_MS = 60_000;

describe('three peers whose API server is away for a minute', function () {
  this.timeout(300_000);
  let cluster: Cluster;
  let web: LiveGroup;

  before(async function () {
    cluster = await testCluster();
    await installRollcall(cluster);
    web = new LiveGroup(cluster.kubectl, await clusterNamespace(this), 'web');
    await web.create({ replicas: PODS.length, interval: '1s' });
    await web.waitConnected();
  });

  it('go on pinging, are reported lost by nobody, and are heard again afterwards', async () => {
    const pods = await peerPods(cluster.kubectl, web.namespace, 'web');
    let from = 0;
    await restartDaemon(cluster, 'kube-apiserver', async () => {
      from = Date.now();
      await sleep(AWAY_MS);
    });
    const to = from + AWAY_MS;
    await eventually(async () => {
      await web.patch({ interval: '2s' });
      const { generation, conditions } = await web.status();
      const connected = conditions.find(({ type }) => type === 'Connected');
      expect(connected).to.include({ status: 'True', observedGeneration: generation });
    }, 90_000);
    expect((await web.status()).connectivity?.outages ?? []).to.deep.equal([]);
    expect(await peerPods(cluster.kubectl, web.namespace, 'web')).to.deep.equal(pods);
    for (const pod of PODS) {
      const meanwhile = (await podLog(cluster.kubectl, web.namespace, pod)).filter(
        ({ at }) => at.getTime() >= from && at.getTime() < to,
      );
      const replies = meanwhile.filter(({ text }) => linkOf(pod, text) !== undefined);
      // Two peers, a ping a second each; a few seconds are left to a busy machine.
      expect(replies.length, `replies that ${pod} logged`).to.be.at.least((2 * AWAY_MS) / 1_000 - 10);
      expect(
        meanwhile.filter(({ text }) => !text.startsWith('Pinged ')),
        `what else ${pod} logged`,
      ).to.deep.equal([]);
    }
  });
});
