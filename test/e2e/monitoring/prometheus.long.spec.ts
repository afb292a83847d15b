import { expect } from 'chai';
import type { Cluster } from '../../cluster/index.ts';
import { clusterNamespace, testCluster } from '../../support/cluster.ts';
import { panelQueries } from '../../support/dashboards.ts';
import { eventually } from '../../support/eventually.ts';
import { LiveGroup } from '../../support/live-group.ts';
import { ExamplePrometheus, missingForPrometheus } from '../../support/prometheus.ts';
import { installRollcall } from '../../support/rollcall.ts';
import { skipUnlessPossible } from '../../support/skip.ts';

/** A scrape and an evaluation, 15 s each, and as much again for a slow machine. */
const SEEN_MS = 60_000;
/** The alert's `for` besides. */
const FIRING_MS = SEEN_MS + 60_000;
const LOOK_AGAIN_MS = 1_000;

describe('Prometheus beside one peer on each of three nodes', function () {
  this.timeout(300_000);
  let cluster: Cluster;
  let prometheus: ExamplePrometheus;
  let agents: LiveGroup;
  let a: string;
  let b: string;
  /** Prometheus' own: it has to reach both sides of a cut, or it would see one of them only. */
  let c: string;

  before(async function () {
    this.timeout(1_500_000); // may build Prometheus
    skipUnlessPossible(this, await missingForPrometheus());
    cluster = await testCluster({ nodes: 3 });
    await installRollcall(cluster);
    agents = new LiveGroup(cluster.kubectl, await clusterNamespace(this), 'agents');
    const tls = { mode: 'TLS' as const };
    await agents.create({ placement: 'PerNode', interval: '1s', timeout: '500ms', log: { replies: 'Changes' }, tls });
    prometheus = await ExamplePrometheus.install(cluster);
    c = await prometheus.node();
    [a, b] = cluster.nodes.filter((node) => node !== c) as [string, string];
    await agents.waitConnected();
  });

  afterEach(() => cluster.heal());
  after(() => prometheus?.remove());

  it('scrapes every peer and the operator, and calls peers by the names that they have for each other', async () => {
    await eventually(
      async () => {
        expect(await prometheus.query('up{job="rollcall-operator"}'), 'leader and standby').to.have.length(2);
        const links = await prometheus.query(`rollcall_peer_up{namespace="${agents.namespace}"} == 1`);
        const names = links.map(({ labels }) => `${labels.peergroup}: ${labels.prober} → ${labels.peer}`);
        const pairs = cluster.nodes.flatMap((from) =>
          cluster.nodes.flatMap((to) => (from === to ? [] : `agents: ${from} → ${to}`)),
        );
        expect(names).to.have.members(pairs);
      },
      SEEN_MS,
      LOOK_AGAIN_MS,
    );
  });

  it('answers the queries of every panel, most of them with something', async () => {
    await eventually(
      async () => {
        const silent: string[] = [];
        for (const { panel, expr } of panelQueries())
          if ((await prometheus.query(expr)).length === 0) silent.push(panel);
        // What has not happened here has no series.
        expect([
          'Links that are down',
          'Failed pings by phase',
          'Failed watches',
          'Gangs that ended early',
        ]).to.include.members(silent);
      },
      SEEN_MS,
      LOOK_AGAIN_MS,
    );
  });

  it('fires for both ends of a cut between two nodes, and stops when it has healed', async () => {
    await eventually(async () => expect(await prometheus.firing('peer')).to.deep.equal([]), FIRING_MS, LOOK_AGAIN_MS);
    const from = Date.now();
    await cluster.cut(a, b);
    const wanted = [`RollcallPeerDown ${a}`, `RollcallPeerDown ${b}`].sort();
    await eventually(
      async () => expect(await prometheus.firing('peer')).to.deep.equal(wanted),
      FIRING_MS,
      LOOK_AGAIN_MS,
    );
    console.log(`      fires after ${Math.round((Date.now() - from) / 1_000)} s`);
    const healed = Date.now();
    await cluster.heal();
    await eventually(async () => expect(await prometheus.firing('peer')).to.deep.equal([]), SEEN_MS, LOOK_AGAIN_MS);
    console.log(`      stops after ${Math.round((Date.now() - healed) / 1_000)} s`);
  });

  it('says of a link that is cut one way that it is', async () => {
    await cluster.cut(a, c, { oneWay: true, port: 8080 });
    const wanted = [`RollcallOneWayLink ${c}`, `RollcallPeerDown ${c}`];
    await eventually(
      async () => expect(await prometheus.firing('peer')).to.deep.equal(wanted),
      FIRING_MS,
      LOOK_AGAIN_MS,
    );
  });
});
