import { expect } from 'chai';
import { peerSelector, selectorText } from '../../../constructs/labels.ts';
import { followPodLogs } from '../../../scripts/start/pod-logs.ts';
import { clusterNamespace, testCluster } from '../../support/cluster.ts';
import { eventually } from '../../support/eventually.ts';
import { LiveGroup } from '../../support/live-group.ts';
import { PodLives } from '../../support/pod-lives.ts';
import { installRollcall } from '../../support/rollcall.ts';
import { openWorld } from '../../support/world.ts';

const PEERS = ['web-0', 'web-1', 'web-2', 'web-3', 'web-4'];
/** How long a name may resolve to the address of a former pod: the operator's --dns-ttl. */
const DNS_TTL_MS = 30_000;

interface FailedPing {
  readonly from: string;
  readonly to: string;
  readonly at: number;
  readonly code: string;
}

describe('a rolling update of five real pods', function () {
  this.timeout(300_000);

  it('fails no ping between two pods that have been in service for a DNS TTL, and opens no outage', async function () {
    const cluster = await testCluster({ nodes: 2 });
    await installRollcall(cluster);
    const namespace = await clusterNamespace(this);
    const web = new LiveGroup(cluster.kubectl, namespace, 'web');
    const world = openWorld(cluster);
    const lives = new PodLives(world, namespace);
    const stop = new AbortController();
    const failed: FailedPing[] = [];
    const following = followPodLogs({
      ...{ kubectl: [cluster.kubectlPath, '--kubeconfig', cluster.kubeconfig], namespace, signal: stop.signal },
      selector: selectorText(peerSelector('web')),
      onLine: (from, text) => {
        const line = JSON.parse(text) as { time: string; peer: string; failedPhase?: string; code: string };
        if (line.failedPhase) failed.push({ from, to: line.peer, at: Date.parse(line.time), code: line.code });
      },
    });
    try {
      await web.create({ replicas: 5, interval: '500ms', log: { replies: 'Changes', format: 'json' } });
      await web.waitConnected();
      await web.patch({
        resources: { requests: { cpu: '20m', memory: '96Mi' }, limits: { cpu: '200m', memory: '96Mi' } },
      });
      await eventually(async () => {
        for (const peer of PEERS) expect(lives.seen(peer), `pods named ${peer}`).to.equal(2);
        expect((await web.status()).connectivity?.summary).to.equal('20/20');
      }, 180_000);
      await web.waitConnected();
    } finally {
      stop.abort();
      await Promise.all([following, lives.end()]);
      await world.close();
    }
    const settled = (pod: string, { at }: FailedPing) => lives.wasSettled(pod, at, DNS_TTL_MS);
    console.log(`      ${failed.length} failed pings, with each a pod that had just come or was going`);
    expect(failed.filter((ping) => settled(ping.from, ping) && settled(ping.to, ping))).to.deep.equal([]);
    expect((await web.status()).connectivity?.outages ?? []).to.deep.equal([]);
  });
});
