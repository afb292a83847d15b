import { expect } from 'chai';
import { Ledger } from '../../../../../reconciler/compute-job/queue/ledger.ts';
import type { PlacementRequest } from '../../../../../reconciler/compute-job/queue/placement-request.ts';
import { Scheduler } from '../../../../../reconciler/compute-job/queue/scheduler.ts';
import { ledgerNode, ledgerNodes, placementRequest } from '../../../../support/compute-jobs.ts';

/** A scheduler on a clock of its own, over nodes of 4 cores. */
function harness(nodes: number) {
  const ledger = new Ledger();
  for (const node of ledgerNodes(nodes)) ledger.setNode(node);
  const timers: { due: number; callback: () => void }[] = [];
  const clock = { now: 0 };
  const decided: string[] = [];
  const scheduler = new Scheduler({
    ledger,
    now: () => clock.now,
    after: (ms, callback) => {
      const timer = { due: clock.now + ms, callback };
      timers.push(timer);
      return () => timers.splice(timers.indexOf(timer), 1);
    },
    ready: () => true,
    onDecided: (keys) => decided.push(...keys),
    onPass: () => {},
  });
  const advance = (ms: number) => {
    clock.now += ms;
    for (const timer of timers.filter(({ due }) => due <= clock.now)) {
      timers.splice(timers.indexOf(timer), 1);
      timer.callback();
    }
  };
  return { ledger, scheduler, advance, decided, timers };
}

const request = (key: string, count: number, more: Partial<PlacementRequest> = {}) =>
  placementRequest(count, { key, requests: { cpu: 4000 }, ...more });

describe('scheduler', () => {
  it('assigns nodes to a job and adds its pods to the ledger before they exist', () => {
    const { scheduler, advance, decided, ledger } = harness(3);
    scheduler.submit(request('ns/a', 2));
    advance(10);
    expect(decided).to.deep.equal(['ns/a']);
    expect(scheduler.assignment({ key: 'ns/a', id: 'first' })).to.deep.equal(['n0', 'n1']);
    expect(ledger.allocated('n0')).to.deep.equal({ amounts: { cpu: 4000 }, jobs: ['ns/a'] });
  });

  it('gives no node twice', () => {
    const { scheduler, advance } = harness(3);
    scheduler.submit(request('ns/a', 2));
    scheduler.submit(request('ns/b', 2));
    advance(10);
    expect(scheduler.assignment({ key: 'ns/b', id: 'first' })).to.equal(undefined);
    expect(scheduler.queueStatus('ns/b')).to.deep.include({ position: 1 });
  });

  it('gives nodes for the very request only', () => {
    const { scheduler, advance, ledger } = harness(3);
    scheduler.submit(request('ns/a', 3));
    advance(10);
    scheduler.submit(request('ns/a', 1, { id: 'second' }));
    expect(scheduler.assignment({ key: 'ns/a', id: 'second' })).to.equal(undefined);
    expect(ledger.podsOf('ns/a')).to.deep.equal([]);
    advance(10);
    expect(scheduler.assignment({ key: 'ns/a', id: 'second' })).to.deep.equal(['n0']);
  });

  it('tries again when a node is freed', () => {
    const { scheduler, advance } = harness(1);
    scheduler.submit(request('ns/a', 1));
    advance(10);
    scheduler.submit(request('ns/b', 1));
    advance(10);
    expect(scheduler.assignment({ key: 'ns/b', id: 'first' })).to.equal(undefined);
    scheduler.withdraw('ns/a', new Set());
    advance(10);
    expect(scheduler.assignment({ key: 'ns/b', id: 'first' })).to.deep.equal(['n0']);
  });

  it('tries again when a node comes or changes', () => {
    const { scheduler, advance, ledger } = harness(0);
    scheduler.submit(request('ns/a', 1, { nodeSelector: { disk: 'ssd' } }));
    advance(10);
    ledger.setNode(ledgerNode('n0', { labels: { disk: 'ssd' } }));
    scheduler.changed();
    advance(10);
    expect(scheduler.assignment({ key: 'ns/a', id: 'first' })).to.deep.equal(['n0']);
  });

  it('leaves out for 5 minutes a node on which a pod of the job was not bound', () => {
    const { scheduler, advance } = harness(1);
    scheduler.avoid('ns/a', ['n0']);
    scheduler.submit(request('ns/a', 1));
    advance(10);
    expect(scheduler.assignment({ key: 'ns/a', id: 'first' })).to.equal(undefined);
    advance(300_000);
    advance(10);
    expect(scheduler.assignment({ key: 'ns/a', id: 'first' })).to.deep.equal(['n0']);
  });

  it('notifies a waiting job only when the reason has changed', () => {
    const { scheduler, advance, decided } = harness(1);
    scheduler.submit(request('ns/a', 2));
    advance(10);
    scheduler.changed();
    advance(10);
    expect(decided).to.deep.equal(['ns/a']);
  });

  it('sets no timer that outlives it', () => {
    const { scheduler, timers } = harness(1);
    scheduler.avoid('ns/a', ['n0']);
    scheduler.submit(request('ns/a', 1));
    expect(timers).to.have.length(2);
    scheduler.close();
    expect(timers).to.deep.equal([]);
  });

  it('releases what was reserved for pods that are neither there nor wanted, but not what was just promised', () => {
    const { scheduler, advance, ledger } = harness(2);
    ledger.setPod('ns/a-gang-0-0', { node: 'n0', requests: { cpu: 4000 }, job: 'ns/a' });
    scheduler.submit(request('ns/a', 1));
    advance(10);
    scheduler.release('ns/a', new Set());
    expect(ledger.podsOf('ns/a')).to.deep.equal(['ns/a-gang-1-0']);
  });

  it('lets all others go on, most of the time, while a gang as wide as the cluster waits for a node that never frees', () => {
    const { scheduler, advance, ledger } = harness(10);
    ledger.setPod('endless', { node: 'n0', requests: { cpu: 4000 }, job: 'ns/endless' });
    scheduler.submit(request('greedy/wide', 10, { priority: 2_147_483_647 }));
    let started = 0;
    for (let minute = 0; minute < 600; minute++) {
      const key = `ns/small-${minute}`;
      scheduler.submit(request(key, 1));
      advance(30_000);
      if (scheduler.assignment({ key, id: 'first' })) started++;
      scheduler.withdraw(key, new Set());
      advance(30_000);
    }
    expect(scheduler.assignment({ key: 'greedy/wide', id: 'first' })).to.equal(undefined);
    expect(started).to.be.at.least(270);
  });

  it('gives a gang as wide as the cluster its nodes though smaller jobs come all the time', () => {
    const { scheduler, advance } = harness(4);
    scheduler.submit(request('ns/first', 1, { priority: 1 }));
    advance(10);
    scheduler.submit(request('ns/wide', 4));
    let minutes = 0;
    for (; minutes < 120 && !scheduler.assignment({ key: 'ns/wide', id: 'first' }); minutes++) {
      scheduler.submit(request(`other/small-${minutes}`, 1));
      advance(60_000);
      // Each of them runs for three minutes.
      scheduler.withdraw(`other/small-${minutes - 3}`, new Set());
      if (minutes === 20) scheduler.withdraw('ns/first', new Set());
      advance(10);
    }
    expect(minutes).to.be.lessThan(45);
  });

  it('keeps the pods of a deleted job in the ledger until they are deleted', () => {
    const { scheduler, advance, ledger } = harness(2);
    scheduler.submit(request('ns/a', 2));
    advance(10);
    scheduler.forget('ns/a', new Set(['ns/a-gang-1-1']));
    expect(ledger.podsOf('ns/a')).to.deep.equal(['ns/a-gang-1-1']);
  });
});
