import { expect } from 'chai';
import type { Cluster } from '../../cluster/index.ts';
import { clusterNamespace, testCluster } from '../../support/cluster.ts';
import { eventually } from '../../support/eventually.ts';
import { LiveGroup } from '../../support/live-group.ts';
import { installRollcall, operatorNode } from '../../support/rollcall.ts';
import { runVerify } from '../../support/verify.ts';

const INTERVAL_MS = 1_000;
const TIMEOUT_MS = 500;
/** By when a broken link must show: three failures in a row, and time to say so. */
const DETECT_MS = 3 * INTERVAL_MS + TIMEOUT_MS + 5_000;
/** The same for the heal; a Down peer is probed less often. */
const HEAL_MS = 4 * INTERVAL_MS + TIMEOUT_MS + 5_000;

describe('connectivity of one peer on each of three or more real nodes', function () {
  this.timeout(120_000);
  let cluster: Cluster;
  let agents: LiveGroup;
  let a: string;
  let b: string;
  /** The operator's: it has to reach both sides of a cut, or it could not tell. */
  let c: string;
  /** In the long run, earlier specs have asked for more nodes. */
  let nodes: number;
  let links: number;

  before(async function () {
    this.timeout(240_000);
    cluster = await testCluster({ nodes: 3 });
    nodes = cluster.nodes.length;
    links = nodes * (nodes - 1);
    await installRollcall(cluster);
    c = await operatorNode(cluster);
    [a, b] = cluster.nodes.filter((node) => node !== c) as [string, string];
    agents = new LiveGroup(cluster.kubectl, await clusterNamespace(this), 'agents');
    await agents.create({ placement: 'PerNode', interval: '1s', timeout: '500ms', log: { replies: 'Changes' } });
    await agents.waitConnected();
  });

  beforeEach(() => agents.waitFor('True', 30_000));
  afterEach(() => cluster.heal());

  it('is True once all links have answered, and shows in the columns', async () => {
    const { connectivity } = await agents.status();
    expect(connectivity).to.include({ summary: `${links}/${links}`, links, up: links, down: 0 });
    expect(connectivity?.p99).to.match(/^[\d.]+ms$/);
    // Pods tell of their links themselves; that they are ready comes by way of kubelet and DaemonSet, and later.
    await eventually(async () => {
      const row = await cluster.kubectl(['-n', agents.namespace, 'get', 'pg', 'agents', '--no-headers']);
      expect(row.split(/\s+/).slice(0, 5)).to.deep.equal([
        'agents',
        `${nodes}`,
        `${nodes}`,
        `${links}/${links}`,
        'True',
      ]);
    });
  });

  /** The gate, for this group. */
  const verify = (timeout: string, ...more: string[]) =>
    runVerify(cluster.kubeconfig, ['-n', agents.namespace, 'agents', '--timeout', timeout, ...more]);

  it('lets rollcall verify open the gate at once', async () => {
    const { status, stdout, stderr } = await verify('5s');
    expect(stdout, stderr).to.match(new RegExp(`/agents: ${links}/${links} links up, p99 [\\d.]+ms\\n$`));
    expect(status).to.equal(0);
  });

  it('names exactly the links that a partition of two nodes cuts, in time, and sees them heal', async () => {
    const from = Date.now();
    await cluster.cut(a, b);
    await eventually(
      async () => expect(await agents.failing()).to.deep.equal([`${a} → ${b}`, `${b} → ${a}`].sort()),
      DETECT_MS,
    );
    console.log(`      partition shown after ${Date.now() - from} ms`);
    const { connected, message, connectivity } = await agents.status();
    expect(connected).to.equal('False');
    expect(message).to.include(`${a} → ${b}`).and.not.include(c);
    expect(connectivity?.outages?.filter(({ end }) => end === undefined)).to.have.length(2);
    await eventually(async () => {
      const notes = (await agents.events()).filter(({ reason }) => reason === 'LinkDown').map(({ note }) => note);
      expect(notes.some((note) => note.includes(`${a} has not reached ${b}`))).to.equal(true);
    });

    const gate = await verify('1s');
    expect(gate.status).to.equal(1);
    const sentences = gate.stdout.trim().split('\n');
    expect(sentences.map((line) => line.replace(/ since .*/, '')).sort()).to.deep.equal([
      `${agents.namespace}/agents: ${a} has not reached ${b}`,
      `${agents.namespace}/agents: ${b} has not reached ${a}`,
    ]);

    await cluster.heal();
    const healed = await agents.waitFor('True', HEAL_MS);
    expect(healed.connectivity?.outages?.filter(({ end }) => end === undefined)).to.deep.equal([]);
    await eventually(async () => expect((await agents.events()).map(({ reason }) => reason)).to.include('LinkUp'));
  });

  it('shows a link that is refused one way, as by a NetworkPolicy, one way', async () => {
    await cluster.cut(a, c, { oneWay: true, port: 8080 });
    await agents.waitFor('False', DETECT_MS);
    expect(await agents.failing()).to.deep.equal([`${a} → ${c}`]);
    await cluster.heal();
    await agents.waitFor('True', HEAL_MS);
  });
});
