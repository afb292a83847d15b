import { expect } from 'chai';
import fc from 'fast-check';
import { Ledger } from '../../../../reconciler/compute-job/ledger.ts';
import { PASSING_MS, placementPass, type Waiting } from '../../../../reconciler/compute-job/placement-pass.ts';
import { ask, ledgerNode, ledgerNodes } from '../../../support/compute-jobs.ts';

const NOW = 10 * PASSING_MS;

function waiting(key: string, count: number, more: Partial<Waiting> = {}): Waiting {
  return { key, priority: 0, created: 0, ask: ask(count, { requests: { cpu: 4000 } }), ...more };
}

/** Nodes of 4 cores; those named are held whole by another job. */
function cluster(count: number, ...held: string[]) {
  const ledger = new Ledger();
  for (const node of ledgerNodes(count)) ledger.setNode(node);
  for (const node of held) ledger.setPod(`held/${node}`, { node, requests: { cpu: 4000 }, job: 'held/job' });
  return ledger;
}

const placedIn = (ledger: Ledger, ...queue: Waiting[]) => [...placementPass(ledger.table(), queue, NOW).placed.keys()];

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

  it('places no gang by half however many contend', () => {
    const queue = Array.from({ length: 20 }, (_, index) => waiting(`gang-${index}`, 20));
    const { placed } = placementPass(cluster(100).table(), queue, NOW);
    expect(placed.size).to.equal(5);
    expect(new Set([...placed.values()].flat()).size).to.equal(100);
  });

  it('tells those that stay their position and why', () => {
    const { waiting: stay } = placementPass(cluster(1).table(), [waiting('a', 2), waiting('b', 3)], NOW);
    expect(stay.get('a')).to.deep.include({ position: 1 });
    expect(stay.get('b')).to.deep.include({ position: 2 });
    expect(stay.get('b')!.shortage).to.deep.include({ wanted: 3, fitting: 1 });
  });

  it('lets a smaller later job go ahead of a head that has to wait, and notes that the head was passed', () => {
    const result = placementPass(cluster(2, 'n0').table(), [waiting('head', 2), waiting('small', 1)], NOW);
    expect([...result.placed.keys()]).to.deep.equal(['small']);
    expect(result.passed).to.deep.equal(['head']);
  });

  it('keeps nodes that free up for a head that has been passed for 5 minutes', () => {
    const head = waiting('head', 2, { passedSince: NOW - PASSING_MS });
    expect(placedIn(cluster(2, 'n0'), head, waiting('small', 1))).to.deep.equal([]);
    expect(placedIn(cluster(2), head, waiting('small', 1))).to.deep.equal(['head']);
  });

  it('lets others pass until the 5 minutes are over', () => {
    const head = waiting('head', 2, { passedSince: NOW - PASSING_MS + 1 });
    expect(placedIn(cluster(2, 'n0'), head, waiting('small', 1))).to.deep.equal(['small']);
  });

  it('does not hold up jobs of another shape', () => {
    const ledger = cluster(2, 'n0');
    ledger.setNode(ledgerNode('gpu', { labels: { gpu: 'yes' }, allocatable: { cpu: 1000, pods: 9 } }));
    const head = waiting('head', 2, { passedSince: 0 });
    const other = waiting('other', 1, { ask: ask(1, { nodeSelector: { gpu: 'yes' } }) });
    expect(placedIn(ledger, head, other)).to.deep.equal(['other']);
  });

  it('keeps nothing for a job that could not fit on an empty cluster either', () => {
    const impossible = waiting('impossible', 3, { passedSince: 0 });
    expect(placedIn(cluster(2), impossible, waiting('small', 1))).to.deep.equal(['small']);
  });

  it('does not say that a head was passed on nodes that it could not have used', () => {
    const ledger = cluster(1, 'n0');
    ledger.setNode(ledgerNode('gpu', { labels: { gpu: 'yes' } }));
    const head = waiting('head', 1, { ask: ask(1, { nodeSelector: { disk: 'ssd' } }) });
    expect(placementPass(ledger.table(), [head, waiting('small', 1)], NOW).passed).to.deep.equal([]);
  });

  it('says how many nodes are kept for jobs ahead', () => {
    const queue = [waiting('head', 2, { passedSince: 0 }), waiting('small', 1)];
    const result = placementPass(cluster(2, 'n0').table(), queue, NOW);
    expect(result.waiting.get('small')!.shortage).to.deep.include({ fitting: 1, kept: 1 });
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
        const [once, again] = [queue, shuffled].map((each) => placementPass(cluster(5).table(), each, NOW));
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
        const { placed, waiting: stay } = placementPass(cluster(5).table(), queue, NOW);
        let free = 5;
        for (const job of [...queue].sort((a, b) => b.priority - a.priority || (a.key < b.key ? -1 : 1))) {
          const fits = job.ask.count <= free;
          expect(placed.has(job.key)).to.equal(fits);
          expect(stay.has(job.key)).to.equal(!fits);
          if (fits) free -= job.ask.count;
        }
      }),
    );
  });
});
