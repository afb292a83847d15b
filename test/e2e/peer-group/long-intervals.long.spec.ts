import { expect } from 'chai';
import type { Kubectl } from '../../cluster/kubectl.ts';
import { clusterNamespace, testCluster } from '../../support/cluster.ts';
import { eventually } from '../../support/eventually.ts';
import { LiveGroup } from '../../support/live-group.ts';
import { peerPods, podLog } from '../../support/peer-pods.ts';
import { installRollcall, rollcallNamespace } from '../../support/rollcall.ts';
import { runVerify } from '../../support/verify.ts';

/** Far more than pods need to start, and far less than the interval. */
const SOON_MS = 60_000;

describe('a PeerGroup of real pods that ping every ten minutes', function () {
  this.timeout(180_000);
  let kubectl: Kubectl;
  let namespace: string;
  let web: LiveGroup;

  before(async function () {
    ({ kubectl, namespace } = await rollcallNamespace(this));
    web = new LiveGroup(kubectl, namespace, 'web');
    await web.create({ replicas: 4, interval: '10m' });
  });

  /** Waits until every link has answered under the present spec. */
  const connects = (summary: string) =>
    eventually(async () => {
      const { connectivity, conditions, generation } = await web.status();
      expect(connectivity?.summary).to.equal(summary);
      const connected = conditions.find(({ type }) => type === 'Connected');
      expect(connected).to.include({ status: 'True', observedGeneration: generation });
    }, SOON_MS);

  it('is connected as soon as the pods have started', () => connects('12/12'));

  it('is connected as soon again after it was scaled up', async () => {
    await web.patch({ replicas: 6 });
    await connects('30/30');
  });

  it('has logged no warning meanwhile', async () => {
    const pods = [...(await peerPods(kubectl, namespace, 'web')).keys()];
    expect(pods).to.have.length(6);
    for (const pod of pods) {
      const lines = (await podLog(kubectl, namespace, pod)).map(({ text }) => text);
      expect(
        lines.filter((line) => /WARN/.test(line)),
        pod,
      ).to.deep.equal([]);
    }
  });
});

describe('a PeerGroup of real pods with the default interval', function () {
  this.timeout(300_000);

  it('passes rollcall verify within a minute, right after each of three scale-ups', async function () {
    const cluster = await testCluster({ nodes: 1 });
    await installRollcall(cluster);
    const namespace = await clusterNamespace(this);
    const web = new LiveGroup(cluster.kubectl, namespace, 'web');
    await web.create({ replicas: 1 });
    await web.waitConnected();
    for (const replicas of [2, 3, 4]) {
      await cluster.kubectl(['-n', namespace, 'scale', 'pg/web', `--replicas=${replicas}`]);
      const { status, stdout } = await runVerify(cluster.kubeconfig, ['-n', namespace, 'web', '--timeout', '60s']);
      expect(status, stdout).to.equal(0);
      expect(stdout).to.include(`${replicas * (replicas - 1)}/${replicas * (replicas - 1)}`);
    }
  });
});
