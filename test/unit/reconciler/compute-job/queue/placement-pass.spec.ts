import { expect } from 'chai';
import fc from 'fast-check';
import { chooseReservedNodes } from '../../../../../reconciler/compute-job/queue/choose-reserved-nodes.ts';
import { Ledger } from '../../../../../reconciler/compute-job/queue/ledger.ts';
import { placementPass, type QueuedRequest } from '../../../../../reconciler/compute-job/queue/placement-pass.ts';
import type { PlacementRequest } from '../../../../../reconciler/compute-job/queue/placement-request.ts';
import { ledgerNode, ledgerNodes, queuedRequest } from '../../../../support/compute-jobs.ts';

const waiting: typeof queuedRequest = (key, count, more) =>
  queuedRequest(key, count, { requests: { cpu: 4000 }, ...more });

/** Nodes of 4 cores; those named are held whole by another job. */
function cluster(count: number, ...held: string[]) {
  const ledger = new Ledger();
  for (const node of ledgerNodes(count)) ledger.setNode(node);
  for (const node of held) ledger.setPod(`held/${node}`, { node, requests: { cpu: 4000 }, job: 'held/job' });
  return ledger;
}

const placedIn = (ledger: Ledger, ...queue: QueuedRequest[]) => [...placementPass(ledger.table(), queue).placed.keys()];

/** The order of the queue, by another implementation than the one under test. */
const byPlace = (a: PlacementRequest, b: PlacementRequest) => b.priority - a.priority || (a.key < b.key ? -1 : 1);

describe('job scheduling: the queue', () => {
  it('lets a higher priority go first', () => {
    expect(placedIn(cluster(1), waiting('a', 1), waiting('b', 1, { priority: 1 }))).to.deep.equal(['b']);
  });

  it('lets the older of equal priority go first', () => {
    expect(placedIn(cluster(1), waiting('a', 1, { created: 2 }), waiting('b', 1, { created: 1 }))).to.deep.equal(['b']);
  });

  it('goes by name between jobs of one second', () => {
    expect(placedIn(cluster(1), waiting('b', 1), waiting('a', 1))).to.deep.equal(['a']);
  });

  it('places every gang completely or not at all, however many compete', () => {
    const queue = Array.from({ length: 20 }, (_, index) => waiting(`gang-${index}`, 20));
    const { placed } = placementPass(cluster(100).table(), queue);
    expect(placed.size).to.equal(5);
    expect(new Set([...placed.values()].flat()).size).to.equal(100);
  });

  it('says for the jobs that stay their position and why they wait', () => {
    const { waiting: stay } = placementPass(cluster(1).table(), [waiting('a', 2), waiting('b', 3)]);
    expect(stay.get('a')).to.deep.include({ position: 1 });
    expect(stay.get('b')).to.deep.include({ position: 2 });
    expect(stay.get('b')!.shortage).to.deep.include({ wanted: 3, fitting: 1 });
  });

  it('backfills a smaller, later job while the head has to wait, and notes that the head was bypassed', () => {
    const result = placementPass(cluster(2, 'n0').table(), [waiting('head', 2), waiting('small', 1)]);
    expect([...result.placed.keys()]).to.deep.equal(['small']);
    expect(result.bypassed).to.deep.equal(['head']);
  });

  it('gives nodes that free up to a head that nodes are reserved for', () => {
    const head = waiting('head', 2, { wasBypassed: true, mayReserve: true });
    expect(placedIn(cluster(2, 'n0'), head, waiting('small', 1))).to.deep.equal([]);
    expect(placedIn(cluster(2), head, waiting('small', 1))).to.deep.equal(['head']);
  });

  it('reserves as many nodes as the head wants, those that are free or lack least first, and no more', () => {
    const nodes = Array.from({ length: 100 }, (_, n) => `n${n}`);
    const ledger = cluster(100);
    for (const node of nodes) ledger.setPod(`held/${node}`, { node, requests: { cpu: 1000 }, job: 'held/job' });
    ledger.setPod('held/more', { node: 'n0', requests: { cpu: 1000 }, job: 'held/job' });
    const head = waiting('head', 1, { wasBypassed: true, mayReserve: true });
    const behind = Array.from({ length: 120 }, (_, n) => waiting(`small-${n}`, 1, { requests: { cpu: 3000 } }));
    const { placed, waiting: stay, reserved } = placementPass(ledger.table(), [head, ...behind]);
    // All but n0, which has 2 cores left, and n1, which is reserved.
    expect(placed.size).to.equal(98);
    expect([...placed.values()].flat()).not.to.include('n1');
    expect([...reserved]).to.deep.equal([['head', 0]]);
    expect(stay.get('small-0') ?? stay.get('small-98')).to.not.equal(undefined);
  });

  it('reserves nodes for one job of a namespace at a time, and for each namespace', () => {
    const all = { wasBypassed: true, mayReserve: true };
    const queue = [
      waiting('a/one', 2, all),
      waiting('a/two', 2, all),
      waiting('b/one', 2, all),
      waiting('c/small', 1),
      waiting('c/other', 1),
    ];
    const { placed, reserved } = placementPass(cluster(5, 'n0', 'n1', 'n2', 'n3', 'n4').table(), queue);
    expect([...reserved.keys()]).to.deep.equal(['a/one', 'b/one']);
    expect(placed.size).to.equal(0);
    const freed = placementPass(cluster(5, 'n0', 'n1', 'n2', 'n3').table(), queue);
    expect([...freed.reserved]).to.deep.equal([
      ['a/one', 1],
      ['b/one', 0],
    ]);
  });

  it('lets other jobs bypass a head that has no reservation', () => {
    const head = waiting('head', 2, { wasBypassed: true });
    expect(placedIn(cluster(2, 'n0'), head, waiting('small', 1))).to.deep.equal(['small']);
  });

  it('reserves other busy nodes after a stall', () => {
    const head = waiting('head', 1, { wasBypassed: true, mayReserve: true });
    const chosen = [0, 1, 2, 3].map((stalls) => {
      const ledger = cluster(3, 'n0', 'n1', 'n2');
      const { reserved } = placementPass(ledger.table(), [{ ...head, stalls }]);
      expect(reserved.size).to.equal(1);
      return chooseReservedNodes(ledger.table(), head.request, undefined, stalls)!.rows[0];
    });
    expect(chosen).to.deep.equal([0, 1, 2, 0]);
  });

  const clusters = fc.record({
    nodes: fc.array(fc.record({ cpu: fc.nat(6), used: fc.nat(6) }), { minLength: 1, maxLength: 8 }),
    jobs: fc.array(
      fc.record({
        count: fc.integer({ min: 1, max: 5 }),
        cpu: fc.nat(6),
        priority: fc.nat(2),
        namespace: fc.constantFrom('a', 'b', 'c'),
        mayReserve: fc.boolean(),
        stalls: fc.nat(3),
        avoided: fc.nat(9),
      }),
      { maxLength: 9 },
    ),
  });

  it('starts every queued job that fits on nodes which the heads do not need, whatever the cluster and queue', () => {
    fc.assert(
      fc.property(clusters, ({ nodes, jobs }) => {
        const ledger = new Ledger();
        for (const [n, { cpu, used }] of nodes.entries()) {
          ledger.setNode(ledgerNode(`n${n}`, { allocatable: { cpu, pods: 100 } }));
          ledger.setPod(`used-${n}`, { node: `n${n}`, requests: { cpu: used }, job: 'x/x' });
        }
        const queue = jobs.map(({ namespace, count, cpu, avoided, ...more }, n) =>
          waiting(`${namespace}/job-${n}`, count, {
            ...more,
            wasBypassed: more.mayReserve,
            requests: { cpu },
            avoided: new Set([`n${avoided}`]),
          }),
        );
        const { placed, waiting: stay, reserved } = placementPass(ledger.table(), queue);
        const free = new Map(nodes.map(({ cpu, used }, n) => [`n${n}`, cpu - used]));
        const ordered = queue.map(({ request }) => request).sort(byPlace);
        for (const asked of ordered) {
          const { key } = asked;
          for (const node of placed.get(key) ?? []) free.set(node, free.get(node)! - (asked.requests.cpu ?? 0));
        }
        // What the heads need at most; which nodes these are is theirs to choose.
        let needed = 0;
        for (const asked of ordered) {
          const { key } = asked;
          if (stay.has(key)) {
            const fitting = nodes.filter((_, n) => {
              const cpu = asked.requests.cpu ?? 0;
              return (cpu === 0 || free.get(`n${n}`)! >= cpu) && !asked.avoided.has(`n${n}`);
            });
            expect(fitting.length - needed, key).to.be.lessThan(asked.count);
          }
          if (reserved.has(key)) {
            needed += asked.count;
            expect(reserved.get(key)).to.be.at.most(asked.count);
          }
        }
        expect(new Set([...reserved.keys()].map((key) => key[0])).size).to.equal(reserved.size);
      }),
      { numRuns: 500 },
    );
  });

  it('does not delay jobs with other requirements', () => {
    const ledger = cluster(2, 'n0');
    ledger.setNode(ledgerNode('gpu', { labels: { gpu: 'yes' }, allocatable: { cpu: 1000, pods: 9 } }));
    const head = waiting('head', 2, { wasBypassed: true, mayReserve: true });
    const other = waiting('other', 1, { requests: { cpu: 1000 }, nodeSelector: { gpu: 'yes' } });
    expect(placedIn(ledger, head, other)).to.deep.equal(['other']);
  });

  it('reserves nothing for a job that would not fit on an empty cluster either', () => {
    const impossible = waiting('impossible', 3, { wasBypassed: true, mayReserve: true });
    expect(placedIn(cluster(2), impossible, waiting('small', 1))).to.deep.equal(['small']);
  });

  it('does not say that a head was bypassed on nodes that it could not have used', () => {
    const ledger = cluster(1, 'n0');
    ledger.setNode(ledgerNode('gpu', { labels: { gpu: 'yes' } }));
    const head = waiting('head', 1, { nodeSelector: { disk: 'ssd' } });
    expect(placementPass(ledger.table(), [head, waiting('small', 1)]).bypassed).to.deep.equal([]);
  });

  it('says how many nodes are reserved for jobs ahead', () => {
    const queue = [waiting('head', 2, { wasBypassed: true, mayReserve: true }), waiting('small', 1)];
    const result = placementPass(cluster(2, 'n0').table(), queue);
    expect(result.waiting.get('small')!.shortage).to.deep.include({ fitting: 1, reserved: 1 });
  });

  it('gives the same result for the same queue in any order', () => {
    const queues = fc.array(
      fc.record({ count: fc.integer({ min: 1, max: 4 }), priority: fc.nat(2), created: fc.nat(3) }),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(queues, fc.gen(), (jobs, gen) => {
        const queue = jobs.map(({ count, ...more }, index) => waiting(`job-${index}`, count, more));
        const shuffled = gen(fc.shuffledSubarray, queue, { minLength: queue.length });
        const [once, again] = [queue, shuffled].map((each) => placementPass(cluster(5).table(), each));
        expect(again).to.deep.equal(once);
      }),
    );
  });

  it('never places a job after one that goes first and would have fitted as well', () => {
    const queues = fc.array(fc.record({ count: fc.integer({ min: 1, max: 4 }), priority: fc.nat(2) }), {
      maxLength: 8,
    });
    fc.assert(
      fc.property(queues, (jobs) => {
        const queue = jobs.map(({ count, ...more }, index) => waiting(`job-${index}`, count, more));
        const { placed, waiting: stay } = placementPass(cluster(5).table(), queue);
        let free = 5;
        for (const job of queue.map(({ request }) => request).sort(byPlace)) {
          const fits = job.count <= free;
          expect(placed.has(job.key)).to.equal(fits);
          expect(stay.has(job.key)).to.equal(!fits);
          if (fits) free -= job.count;
        }
      }),
    );
  });
});
