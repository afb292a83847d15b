import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import type { Cluster } from '../../cluster/index.ts';
import { clusterNamespace, testCluster } from '../../support/cluster.ts';
import { eventually } from '../../support/eventually.ts';
import { LiveGroup } from '../../support/live-group.ts';
import { podLog } from '../../support/peer-pods.ts';
import { podMetric } from '../../support/pod-metrics.ts';
import { installRollcall } from '../../support/rollcall.ts';
import { openWorld, type World } from '../../support/world.ts';

const PEERS = ['web-0', 'web-1', 'web-2', 'web-3', 'web-4'];

describe('certificates under five peers that ping each other every 100 ms over mutual TLS', function () {
  this.timeout(600_000);
  let cluster: Cluster;
  let namespace: string;
  let web: LiveGroup;
  let world: World;
  let began: Date;

  before(async function () {
    cluster = await testCluster();
    world = openWorld(cluster);
    await installRollcall(cluster);
    // Renewed every minute, CAs every three: what takes years otherwise.
    await setLifetimes(['ROLLCALL_LEAF_LIFETIME=90s', 'ROLLCALL_CA_LIFETIME=4m', 'ROLLCALL_RESYNC=5s']);
    namespace = await clusterNamespace(this);
    web = new LiveGroup(cluster.kubectl, namespace, 'web');
    // Connections are kept, as by default: two hundred handshakes a second are more than two cores do within 100 ms each.
    await web.create({
      replicas: 5,
      interval: '100ms',
      tls: { mode: 'Mutual' },
      log: { replies: 'Changes', format: 'json' },
      resources: { requests: { cpu: '200m' }, limits: { cpu: '1', memory: '128Mi' } },
    });
    await web.waitConnected();
    began = new Date();
  });

  after(async () => {
    await world.close();
    await setLifetimes(['ROLLCALL_LEAF_LIFETIME-', 'ROLLCALL_CA_LIFETIME-', 'ROLLCALL_RESYNC-']);
  });

  it('are renewed, leaf and CA, without a failed ping', async () => {
    const failedBefore = await failed();
    const sentBefore = await sent();
    const leaves = new Set<string>();
    const authorities = new Set<string>();
    await eventually(async () => {
      const { leaf, authority, rotating } = await secrets();
      leaves.add(leaf);
      authorities.add(authority);
      expect(leaves.size, 'leaves seen').to.be.at.least(4);
      expect(authorities.size, 'CAs seen').to.be.at.least(2);
      expect(rotating, 'a CA being introduced or retired').to.equal(false);
      await sleep(2_000);
    }, 420_000);
    const pings = (await sent()) - sentBefore;
    console.log(`      ${leaves.size} leaves and ${authorities.size} CAs during ${pings} pings`);
    expect((await failed()) - failedBefore, await failures()).to.equal(0);
    expect((await web.status()).connectivity?.outages ?? []).to.deep.equal([]);
  });

  it('and a changed config as well', async () => {
    const before = await failed();
    for (const timeout of ['90ms', '80ms', '95ms']) {
      await web.patch({ timeout });
      await sleep(2_000);
    }
    expect((await failed()) - before, await failures()).to.equal(0);
  });

  async function setLifetimes(variables: readonly string[]): Promise<void> {
    const deployment = ['-n', 'rollcall-system', 'deployment/rollcall'];
    await cluster.kubectl(['set', 'env', ...deployment, ...variables]);
    await cluster.kubectl(['rollout', 'status', ...deployment, '--timeout=90s'], { timeoutMs: 100_000 });
  }

  async function secrets(): Promise<{ leaf: string; authority: string; rotating: boolean }> {
    // Not by kubectl: its start takes a quarter second of the two cores on which the pings have 100 ms.
    const data = async (ns: string, name: string) =>
      (await world.get('Secret', ns, name))!.data as Record<string, string>;
    const [tls, ca] = await Promise.all([
      data(namespace, 'rollcall-tls'),
      data('rollcall-system', `rollcall-ca.${namespace}`),
    ]);
    return {
      leaf: tls['web.crt']!,
      authority: ca['ca.crt']!,
      rotating: ca['next.crt'] !== undefined || ca['previous.crt'] !== undefined,
    };
  }

  async function pings(outcome: string): Promise<number> {
    const counts = await Promise.all(
      PEERS.map((pod) => podMetric(cluster.kubectl, namespace, pod, 'rollcall_pings_total', { outcome })),
    );
    return counts.reduce((sum, count) => sum + count, 0);
  }

  /** What the pods' logs say of failed pings and of the certificates that they read, and when. */
  async function failures(): Promise<string> {
    const logs = await Promise.all(
      PEERS.map(async (pod) =>
        (await podLog(cluster.kubectl, namespace, pod))
          .filter(({ at, text }) => at > began && / - Failed: |Configuration .* loaded/.test(text))
          .map(({ at, text }) => `${at.toISOString()} ${pod}: ${text}`),
      ),
    );
    return `the pods' logs:\n${logs.flat().sort().slice(-120).join('\n')}\n`;
  }

  const failed = () => pings('failed');
  const sent = () => pings('ok');
});
