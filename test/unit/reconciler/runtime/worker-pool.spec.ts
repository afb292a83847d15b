import { setImmediate } from 'node:timers/promises';
import { expect } from 'chai';
import { pino } from 'pino';
import { DONE } from '../../../../reconciler/runtime/reconcile-result.ts';
import { WorkQueue } from '../../../../reconciler/runtime/work-queue.ts';
import { WorkerPool, type WorkerPoolOptions } from '../../../../reconciler/runtime/worker-pool.ts';
import { FakeClock } from '../../../support/fake-clock.ts';

const log = pino({ level: 'silent' });

function setUp(reconcile: WorkerPoolOptions['reconcile'], workers = 2) {
  const observer = { onAdd: () => {}, onDepth: () => {}, onGet: () => {}, onRetry: () => {} };
  const clock = new FakeClock();
  const queue = new WorkQueue({ now: clock.now, timers: clock, random: () => 0, observer });
  const results: string[] = [];
  const pool = new WorkerPool({
    queue,
    workers,
    reconcile,
    logFor: () => log,
    metrics: { onStart: () => {}, onEnd: (_, result) => results.push(result) },
    newId: () => 'id',
  });
  /** Lets time pass until there were so many results. @returns how many milliseconds that took */
  const until = async (count: number) => {
    const from = clock.now();
    while (results.length < count) await clock.advance(clock.nextMs ?? 0);
    return clock.now() - from;
  };
  return { queue, pool, results, until };
}

describe('worker pool', () => {
  it('lets everything else have its turn during thousands of passes that find nothing to do', async () => {
    const { queue, pool, results, until } = setUp(async () => DONE);
    for (let key = 0; key < 5_000; key++) queue.add(`key-${key}`, 'Low');
    const running = pool.run();
    const turns = 3;
    for (let turn = 0; turn < turns; turn++) await setImmediate();
    // Two workers: each reconciles once in a turn of the event loop, so timers and sockets wait for two keys at most.
    expect(results.length, 'reconciles in three turns of the event loop').to.be.within(1, 2 * turns);
    await until(5_000);
    queue.close();
    await running;
  });

  it('goes on after a failure, and comes back to it', async () => {
    const seen: string[] = [];
    const { queue, pool, results, until } = setUp(async (key) => {
      seen.push(key);
      if (key === 'bad' && seen.filter((each) => each === 'bad').length < 3) throw new Error('not yet');
      return DONE;
    }, 1);
    queue.add('bad');
    queue.add('good');
    const running = pool.run();
    await until(4);
    queue.close();
    await running;
    expect(seen.slice(0, 2)).to.deep.equal(['bad', 'good']);
    expect(results.filter((result) => result === 'error')).to.have.length(2);
    expect(results.filter((result) => result === 'success')).to.have.length(2);
  });

  it('comes back to what the API server refuses after its backoff, but to what else is due in time', async () => {
    let starts = 0;
    const { queue, pool, until } = setUp(async () => {
      starts++;
      // The backoff is above five seconds after the eleventh refusal: 5 ms, doubled with each.
      return starts < 12 ? { type: 'RequeueRateLimited', atMostMs: 0 } : DONE;
    });
    queue.add('refused');
    const running = pool.run();
    const ms = await until(12);
    queue.close();
    await running;
    expect(ms).to.be.lessThan(2_000);
  });
});
