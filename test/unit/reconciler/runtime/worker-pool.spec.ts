import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { pino } from 'pino';
import { SETTLED } from '../../../../reconciler/runtime/outcome.ts';
import { WorkQueue } from '../../../../reconciler/runtime/work-queue.ts';
import { WorkerPool, type WorkerPoolOptions } from '../../../../reconciler/runtime/worker-pool.ts';

const log = pino({ level: 'silent' });

function setUp(reconcile: WorkerPoolOptions['reconcile'], workers = 2) {
  const observer = { onAdded: () => {}, onDepth: () => {}, onTaken: () => {}, onRetry: () => {} };
  const queue = new WorkQueue({ now: () => performance.now(), random: () => 0, observer });
  const results: string[] = [];
  const pool = new WorkerPool({
    queue,
    workers,
    reconcile,
    logFor: () => log,
    metrics: { onStart: () => {}, onEnd: (_, result) => results.push(result) },
    newId: () => 'id',
  });
  return { queue, pool, results };
}

describe('worker pool', () => {
  it('lets everything else have its turn during thousands of passes that find nothing to do', async () => {
    const { queue, pool, results } = setUp(async () => SETTLED);
    for (let key = 0; key < 5_000; key++) queue.add(`key-${key}`, 'Backlog');
    const running = pool.run();
    const turns = 3;
    for (let turn = 0; turn < turns; turn++) await setImmediate();
    // Two workers: each reconciles once in a turn of the event loop, so timers and sockets wait for two keys at most.
    expect(results.length, 'reconciles in three turns of the event loop').to.be.within(1, 2 * turns);
    while (results.length < 5_000) await sleep(1);
    queue.close();
    await running;
  });

  it('goes on after a failure, and comes back to it', async () => {
    const seen: string[] = [];
    const { queue, pool, results } = setUp(async (key) => {
      seen.push(key);
      if (key === 'bad' && seen.filter((each) => each === 'bad').length < 3) throw new Error('not yet');
      return SETTLED;
    }, 1);
    queue.add('bad');
    queue.add('good');
    const running = pool.run();
    while (results.length < 4) await sleep(1);
    queue.close();
    await running;
    expect(seen.slice(0, 2)).to.deep.equal(['bad', 'good']);
    expect(results.filter((result) => result === 'error')).to.have.length(2);
    expect(results.filter((result) => result === 'success')).to.have.length(2);
  });

  it('comes back to what the API server refuses after its backoff, but to what else is due in time', async () => {
    const starts: number[] = [];
    const { queue, pool, results } = setUp(async () => {
      starts.push(performance.now());
      // The backoff is above five seconds after the eleventh refusal: 5 ms, doubled with each.
      return starts.length < 12 ? { type: 'BackOff', atMostMs: 0 } : SETTLED;
    });
    queue.add('refused');
    const running = pool.run();
    while (results.length < 12) await sleep(1);
    queue.close();
    await running;
    expect(starts.at(-1)! - starts[0]!).to.be.lessThan(2_000);
  });
});
