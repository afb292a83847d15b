import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { addMetricsServer, cliProgress, missingForMetricsServer } from '../../cluster/index.ts';
import type { Kubectl } from '../../cluster/kubectl.ts';
import { testCluster } from '../../support/cluster.ts';
import { eventually } from '../../support/eventually.ts';
import { LiveGroup } from '../../support/live-group.ts';
import { peerPods } from '../../support/peer-pods.ts';
import { installRollcall } from '../../support/rollcall.ts';
import { skipUnlessPossible } from '../../support/skip.ts';
import type { AnyObject } from '../../support/world.ts';

const EXAMPLE = join(import.meta.dirname, '../../../examples/autoscaled.yaml');
const NAMESPACE = 'demo';
/** Metrics come every 15 s, none of them about a pod's first half minute, and the HPA looks every 15 s. */
const PATIENCE_MS = 240_000;
const LOOK_AGAIN_MS = 1_000;
/** By when a peer that answers has done with its start. */
const STARTED_MS = 5_000;
/** With each, ten handshakes a second more than the example's two ask for: enough for any machine to need another ponger. */
const PINGERS = 4;
/** Of the example: percent of the request that a ponger should take, and how many there may be. The HPA tolerates a tenth. */
const TARGET = 60;
const MAX_PONGERS = 5;

describe('a HorizontalPodAutoscaler on the scale subresource of a PeerGroup', function () {
  this.timeout(PATIENCE_MS + 60_000);
  let kubectl: Kubectl;
  let removeMetricsServer: (() => Promise<void>) | undefined;

  before(async function () {
    this.timeout(900_000); // metrics-server may have to be built first
    skipUnlessPossible(this, await missingForMetricsServer());
    const cluster = await testCluster();
    kubectl = cluster.kubectl;
    await installRollcall(cluster);
    removeMetricsServer = await addMetricsServer(cluster, cliProgress());
    await kubectl(['apply', '-f', EXAMPLE]);
    await kubectl(['-n', NAMESPACE, 'scale', 'pg/pinger', `--replicas=${PINGERS}`]);
  });

  after(async () => {
    if (!removeMetricsServer) return;
    await kubectl(['delete', 'namespace', NAMESPACE, '--ignore-not-found']);
    await removeMetricsServer();
  });

  async function get(kind: string, name: string): Promise<AnyObject> {
    return JSON.parse(await kubectl(['-n', NAMESPACE, 'get', kind, name, '-o', 'json'])) as AnyObject;
  }

  /** The HPA's decision, what it saw, and what the group and its StatefulSet make of it. */
  async function scale() {
    const [hpa, group, set] = await Promise.all([get('hpa', 'ponger'), get('pg', 'ponger'), get('sts', 'ponger')]);
    return {
      desired: hpa.status?.desiredReplicas as number | undefined,
      seen: hpa.status?.currentReplicas as number | undefined,
      utilization: hpa.status?.currentMetrics?.[0]?.resource?.current?.averageUtilization as number | undefined,
      group: group.spec.replicas as number,
      pods: set.spec.replicas as number,
      ready: group.status?.readyReplicas as number | undefined,
    };
  }

  it('knows what the pods of a group take', async () => {
    const top = ['-n', NAMESPACE, 'top', 'pods', '--no-headers', '-l', 'app.kubernetes.io/instance=ponger'];
    const know = async () => expect(await kubectl(top)).to.match(/^ponger-0 +\d+m +\d+Mi/m);
    await eventually(know, PATIENCE_MS, LOOK_AGAIN_MS);
  });

  it('adds pongers while each has more to do than was asked for, which leaves less for each', async () => {
    let first: { readonly pods: number; readonly utilization: number } | undefined;
    await eventually(
      async () => {
        const { desired, seen, utilization = 0, ...now } = await scale();
        if (utilization > 0) first ??= { pods: seen!, utilization };
        expect(now).to.deep.equal({ group: desired, pods: desired, ready: desired });
        expect(desired).to.be.greaterThan(first?.pods ?? Number.POSITIVE_INFINITY);
        if (desired !== MAX_PONGERS) expect(utilization).to.be.at.most(TARGET * 1.1);
        expect(utilization).to.be.lessThan(first!.utilization * 0.75); // from 2 pongers to 3 it falls to two thirds
        console.log(`      ${first!.pods} at ${first!.utilization} % → ${now.pods} at ${utilization} %`);
      },
      PATIENCE_MS,
      LOOK_AGAIN_MS,
    );
  });

  it('is not fought by the operator, nor by a manifest that leaves replicas out', async () => {
    await kubectl(['apply', '-f', EXAMPLE]);
    const until = performance.now() + 20_000;
    while (performance.now() < until) {
      const { desired, group, pods } = await scale();
      expect([group, pods]).to.deep.equal([desired, desired]);
      await sleep(500);
    }
  });

  it('refuses no pinger a connection and restarts none', async () => {
    const { connectivity } = await new LiveGroup(kubectl, NAMESPACE, 'pinger').status();
    // Answers may come too late on a machine that has all of this to do.
    const refused = connectivity?.outages?.filter(({ reason }) => !reason.includes('TIMEOUT'));
    expect(refused ?? []).to.deep.equal([]);
    for (const [name, { restarts, ready }] of await peerPods(kubectl, NAMESPACE, 'pinger')) {
      expect([restarts, ready], name).to.deep.equal([0, true]);
    }
  });

  it('must not drive a full mesh: the more peers there are, the more has each to do', async () => {
    await kubectl(['-n', NAMESPACE, 'delete', 'pg/ponger', 'pg/pinger']);
    const mesh = new LiveGroup(kubectl, NAMESPACE, 'mesh');
    await mesh.create({ replicas: 2, interval: '500ms', connection: 'Fresh', tls: { mode: 'TLS' } });
    const cpuOf = async (peers: number) => {
      await mesh.patch({ replicas: peers });
      await mesh.waitConnected();
      return cpuPerPeer('mesh', peers);
    };
    const [two, five] = [await cpuOf(2), await cpuOf(5)];
    console.log(`      2 peers: ${two.toFixed(0)}m each; 5 peers: ${five.toFixed(0)}m each`);
    expect(five).to.be.greaterThan(2 * two);
  });

  /** Mean millicores of a group's pods, once metrics-server has seen all of them through a window that begins after now. */
  async function cpuPerPeer(group: string, pods: number): Promise<number> {
    const since = Date.now() + STARTED_MS;
    const path = `/apis/metrics.k8s.io/v1beta1/namespaces/${NAMESPACE}/pods`;
    const selector = encodeURIComponent(`app.kubernetes.io/instance=${group}`);
    const usages = await eventually(
      async () => {
        const { items } = JSON.parse(
          await kubectl(['get', '--raw', `${path}?labelSelector=${selector}`]),
        ) as PodMetrics;
        expect(items).to.have.length(pods);
        for (const { timestamp, window } of items) {
          expect(Date.parse(timestamp) - Number.parseFloat(window) * 1_000).to.be.greaterThan(since);
        }
        return items.map(({ containers }) => Number.parseInt(containers[0]!.usage.cpu, 10) / 1e6); // nanocores
      },
      PATIENCE_MS,
      LOOK_AGAIN_MS,
    );
    return usages.reduce((sum, usage) => sum + usage, 0) / pods;
  }
});

/** What metrics-server says of pods. */
interface PodMetrics {
  readonly items: readonly {
    readonly timestamp: string;
    /** Such as `15.07s`. */
    readonly window: string;
    readonly containers: readonly { readonly usage: { readonly cpu: string } }[];
  }[];
}
