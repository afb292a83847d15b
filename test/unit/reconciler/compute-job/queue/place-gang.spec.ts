import { expect } from 'chai';
import fc from 'fast-check';
import { Ledger } from '../../../../../reconciler/compute-job/queue/ledger.ts';
import type { NodeTable } from '../../../../../reconciler/compute-job/queue/node-table.ts';
import { placeGang } from '../../../../../reconciler/compute-job/queue/place-gang.ts';
import type { PlacementRequest } from '../../../../../reconciler/compute-job/queue/placement-request.ts';
import type { NodeFacts } from '../../../../../reconciler/compute-node/node-facts.ts';
import { ledgerNode, ledgerNodes, placementRequest } from '../../../../support/compute-jobs.ts';

function tableOf(nodes: readonly NodeFacts[], pods: Record<string, [string, number]> = {}): NodeTable {
  const ledger = new Ledger();
  for (const node of nodes) ledger.setNode(node);
  for (const [key, [node, cpu]] of Object.entries(pods)) ledger.setPod(key, { node, requests: { cpu, pods: 1 } });
  return ledger.table();
}

function place(table: NodeTable, gang: PlacementRequest): readonly string[] | undefined {
  const placement = placeGang(table, gang);
  return 'rows' in placement ? placement.rows.map((row) => table.nodes[row]!.name) : undefined;
}

describe('job scheduling: placement of a gang', () => {
  it('takes as many nodes as it requests, by name', () => {
    expect(place(tableOf(ledgerNodes(4)), placementRequest(3))).to.deep.equal(['n0', 'n1', 'n2']);
  });

  it('takes none when there are too few', () => {
    expect(place(tableOf(ledgerNodes(2)), placementRequest(3))).to.equal(undefined);
  });

  it("judges fit per node, not by sums: two half-free nodes don't make a free one", () => {
    const table = tableOf(ledgerNodes(2), { a: ['n0', 2000], b: ['n1', 2000] });
    expect(place(table, placementRequest(1, { requests: { cpu: 4000 } }))).to.equal(undefined);
  });

  it('counts pods that belong to no job', () => {
    const table = tableOf(ledgerNodes(3), { 'kube-system/dns': ['n0', 3500] });
    expect(place(table, placementRequest(2))).to.deep.equal(['n1', 'n2']);
  });

  it('counts the resource pods', () => {
    const full = ledgerNode('n0', { allocatable: { cpu: 4000, pods: 1 } });
    expect(place(tableOf([full, ledgerNode('n1')], { a: ['n0', 0] }), placementRequest(1))).to.deep.equal(['n1']);
  });

  it('uses only nodes with the requested labels', () => {
    const nodes = [ledgerNode('n0'), ledgerNode('n1', { labels: { disk: 'ssd' } })];
    expect(place(tableOf(nodes), placementRequest(1, { nodeSelector: { disk: 'ssd' } }))).to.deep.equal(['n1']);
  });

  it('uses no nodes that are not Running, unschedulable or tainted', () => {
    const taint = { key: 'gpu', effect: 'NoSchedule' };
    const nodes = [
      ledgerNode('n0', { running: false }),
      ledgerNode('n1', { unschedulable: true }),
      ledgerNode('n2', { taints: [taint] }),
      ledgerNode('n3', { taints: [{ ...taint, effect: 'PreferNoSchedule' }] }),
    ];
    expect(place(tableOf(nodes), placementRequest(1))).to.deep.equal(['n3']);
    expect(place(tableOf(nodes), placementRequest(2, { tolerations: [{ operator: 'Exists' }] }))).to.deep.equal([
      'n2',
      'n3',
    ]);
  });

  it('is not limited by requests of nothing', () => {
    const node = ledgerNode('n0', { allocatable: { cpu: 0, pods: 10 } });
    expect(place(tableOf([node]), placementRequest(1, { requests: { pods: 1, cpu: 0 } }))).to.deep.equal(['n0']);
  });

  it('never fits a resource that no node has', () => {
    expect(place(tableOf(ledgerNodes(3)), placementRequest(1, { requests: { 'nvidia.com/gpu': 1 } }))).to.equal(
      undefined,
    );
  });

  it('gives jobs no more than the node offers to them, and others what it has', () => {
    const offering = ledgerNode('n0', { capacity: { cpu: 2000, pods: 110 } });
    const one = placementRequest(1, { requests: { cpu: 2000 } });
    expect(place(tableOf([offering], { dns: ['n0', 2000] }), one)).to.deep.equal(['n0']);
    expect(place(tableOf([offering], { dns: ['n0', 2001] }), one)).to.equal(undefined);
    expect(place(tableOf([offering]), placementRequest(1, { requests: { cpu: 2001 } }))).to.equal(undefined);
  });

  it('takes the nodes where it ran before first', () => {
    const again = placementRequest(2, { preferred: ['n3', 'n2'] });
    expect(place(tableOf(ledgerNodes(4)), again)).to.deep.equal(['n3', 'n2']);
    const nodes = [...ledgerNodes(3), ledgerNode('n3', { running: false })];
    expect(place(tableOf(nodes), again)).to.deep.equal(['n2', 'n0']);
  });

  it('does not use nodes that it avoids', () => {
    expect(place(tableOf(ledgerNodes(3)), placementRequest(2, { avoided: new Set(['n0']) }))).to.deep.equal([
      'n1',
      'n2',
    ]);
  });

  it('spreads pods that request nothing over all nodes', () => {
    const ledger = new Ledger();
    for (const node of ledgerNodes(10)) ledger.setNode(node);
    for (let job = 0; job < 100; job++) {
      const [node] = place(ledger.table(), placementRequest(1, { requests: { pods: 1 } }))!;
      ledger.setPod(`pod-${job}`, { node: node!, requests: { pods: 1 }, job: `ns/${job}` });
    }
    for (let node = 0; node < 10; node++) expect(ledger.allocated(`n${node}`).jobs).to.have.length(10);
  });

  it('spreads them by room, so that a small node does not get as many as a large one', () => {
    const nodes = [ledgerNode('n0', { allocatable: { pods: 3 } }), ledgerNode('n1', { allocatable: { pods: 9 } })];
    expect(place(tableOf(nodes), placementRequest(1, { requests: { pods: 1, cpu: 0 } }))).to.deep.equal(['n1']);
  });

  it('counts nodes that the gang avoids as what they are, not as full', () => {
    const placement = placeGang(tableOf(ledgerNodes(2)), placementRequest(2, { avoided: new Set(['n0']) }));
    expect(placement).to.deep.include({
      shortage: { wanted: 2, matching: 2, running: 2, schedulable: 2, fitting: 2, avoided: 1, reserved: 0 },
    });
  });

  it('remembers a bounded amount of the shapes it has seen, long ones too, in a short time', () => {
    const table = tableOf(ledgerNodes(1_000));
    const started = process.cpuUsage();
    for (let index = 0; index < 300; index++)
      table.eligible(placementRequest(1, { nodeSelector: { disk: `${'x'.repeat(33_000)}${index}` } }));
    expect(table.cachedBytes).to.be.within(300_000, 500_000);
    expect(process.cpuUsage(started).user).to.be.lessThan(1_000_000);
  });

  it('says how many nodes pass each step', () => {
    const nodes = [
      ledgerNode('n0', { labels: { disk: 'ssd' } }),
      ledgerNode('n1', { labels: { disk: 'ssd' }, running: false }),
      ledgerNode('n2', { labels: { disk: 'ssd' }, unschedulable: true }),
      ledgerNode('n3', { labels: { disk: 'ssd' } }),
      ledgerNode('n4'),
    ];
    const placement = placeGang(
      tableOf(nodes, { a: ['n0', 4000] }),
      placementRequest(2, { nodeSelector: { disk: 'ssd' } }),
    );
    expect(placement).to.deep.equal({
      shortage: { wanted: 2, matching: 4, running: 3, schedulable: 2, fitting: 1, avoided: 0, reserved: 0 },
    });
  });

  const clusters = fc.record({
    nodes: fc.array(
      fc.record({ cpu: fc.nat(8), offered: fc.nat(8), running: fc.boolean(), disk: fc.constantFrom('ssd', 'hdd') }),
      { maxLength: 12 },
    ),
    pods: fc.array(fc.record({ node: fc.nat(11), cpu: fc.nat(4), ours: fc.boolean() }), { maxLength: 30 }),
    gangs: fc.array(fc.record({ count: fc.integer({ min: 1, max: 6 }), cpu: fc.nat(4), ssd: fc.boolean() }), {
      maxLength: 10,
    }),
  });

  it('never overfills a node, never puts two of a gang on one, and is all or none, whatever the cluster', () => {
    fc.assert(
      fc.property(clusters, ({ nodes, pods, gangs }) => {
        const ledger = new Ledger();
        const used = { all: new Map<string, number>(), ours: new Map<string, number>() };
        const use = (node: string, cpu: number, ours: boolean) => {
          used.all.set(node, (used.all.get(node) ?? 0) + cpu);
          if (ours) used.ours.set(node, (used.ours.get(node) ?? 0) + cpu);
        };
        for (const [index, { cpu, offered, running, disk }] of nodes.entries()) {
          const sizes = { allocatable: { cpu }, capacity: { cpu: Math.min(cpu, offered) } };
          ledger.setNode(ledgerNode(`n${index}`, { ...sizes, running, labels: { disk } }));
        }
        for (const [index, { node, cpu, ours }] of pods.entries()) {
          ledger.setPod(`pod-${index}`, { node: `n${node}`, requests: { cpu }, job: ours ? 'a/b' : undefined });
          use(`n${node}`, cpu, ours);
        }
        for (const [number, { count, cpu, ssd }] of gangs.entries()) {
          const gang = placementRequest(count, { requests: { cpu }, nodeSelector: ssd ? { disk: 'ssd' } : {} });
          const placed = place(ledger.table(), gang);
          expect(place(ledger.table(), gang), 'the same again').to.deep.equal(placed);
          const fitting = nodes.filter(({ running, disk, ...node }, index) => {
            const [all, ours] = [used.all.get(`n${index}`) ?? 0, used.ours.get(`n${index}`) ?? 0];
            const free = Math.min(node.cpu - all, Math.min(node.cpu, node.offered) - ours);
            return running && (!ssd || disk === 'ssd') && (cpu === 0 || free >= cpu);
          });
          expect(placed?.length ?? 0).to.equal(fitting.length >= count ? count : 0);
          if (!placed) continue;
          expect(new Set(placed).size, 'distinct nodes').to.equal(count);
          for (const [index, node] of placed.entries()) {
            const facts = nodes[Number(node.slice(1))]!;
            ledger.setPod(`gang-${number}-${index}`, { node, requests: { cpu }, job: 'a/c' });
            use(node, cpu, true);
            expect(facts.running && (!ssd || facts.disk === 'ssd')).to.equal(true);
            if (cpu > 0) expect(used.all.get(node)).to.be.at.most(facts.cpu);
            if (cpu > 0) expect(used.ours.get(node)).to.be.at.most(Math.min(facts.cpu, facts.offered));
          }
        }
      }),
    );
  });
});
