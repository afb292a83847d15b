import { setImmediate } from 'node:timers/promises';
import { expect } from 'chai';
import * as fc from 'fast-check';
import { WorkQueue } from '../../../../reconciler/runtime/work-queue.ts';
import { FakeClock } from '../../../support/fake-clock.ts';

function queue(clock = new FakeClock(), maxPerNamespace = Number.POSITIVE_INFINITY): WorkQueue {
  const observer = { onAdd: () => {}, onDepth: () => {}, onGet: () => {}, onRetry: () => {} };
  return new WorkQueue({ now: clock.now, timers: clock, random: () => 0.5, maxPerNamespace, observer });
}

/** Takes everything that waits. */
async function drain(from: WorkQueue): Promise<string[]> {
  const keys: string[] = [];
  while (from.depth > 0) {
    const key = (await from.get())!;
    keys.push(key);
    from.done(key);
  }
  return keys;
}

describe('work queue', () => {
  it('holds a key once, however often it is added', async () => {
    const keys = queue();
    for (const key of ['a', 'b', 'a', 'a']) keys.add(key);
    expect(await drain(keys)).to.deep.equal(['a', 'b']);
  });

  it('gives what was just asked for before the backlog', async () => {
    const keys = queue();
    for (const key of ['a', 'b', 'c']) keys.add(key, 'Low');
    keys.add('d', 'Normal');
    keys.add('c', 'Normal');
    expect(await drain(keys)).to.deep.equal(['d', 'c', 'a', 'b']);
  });

  it('leaves a key that is nudged where it waits', async () => {
    const keys = queue();
    for (const key of ['a', 'b']) keys.add(key, 'Low');
    keys.addIfAbsent('b');
    keys.addIfAbsent('c');
    expect(await drain(keys)).to.deep.equal(['c', 'a', 'b']);
  });

  it('takes a key that comes back behind everything that waits where it came from', async () => {
    const keys = queue();
    for (const key of ['a', 'b']) keys.add(key, 'Normal');
    keys.add('c', 'Low');
    const key = (await keys.get())!;
    keys.requeue(key);
    keys.addIfAbsent(key);
    keys.done(key);
    expect(await drain(keys)).to.deep.equal(['b', 'a', 'c']);
  });

  it('never gives a key out twice at once, and gives it again when it was added meanwhile', async () => {
    const keys = queue();
    keys.add('a');
    expect(await keys.get()).to.equal('a');
    keys.add('a');
    expect(keys.depth).to.equal(0);
    keys.done('a');
    expect(await drain(keys)).to.deep.equal(['a']);
  });

  it('wakes a worker that waits', async () => {
    const keys = queue();
    const taken = keys.get();
    keys.add('a');
    expect(await taken).to.equal('a');
  });

  it('doubles the delay of a key with each failure, and forgives it at the first success', () => {
    const keys = queue();
    expect([keys.addRateLimited('a'), keys.addRateLimited('a'), keys.addRateLimited('a')]).to.deep.equal([5, 10, 20]);
    keys.forget('a');
    expect(keys.addRateLimited('a')).to.equal(5);
    keys.close();
  });

  it('waits at least as long as it is told to', () => {
    const keys = queue();
    expect(keys.addRateLimited('a', 700)).to.equal(700);
    keys.close();
  });

  it('comes back at the earlier of two times', async () => {
    const clock = new FakeClock();
    const keys = queue(clock);
    keys.addAfter('a', 60_000);
    keys.addAfter('a', 10);
    await clock.advance(9);
    expect(keys.depth).to.equal(0);
    await clock.advance(1);
    expect(await drain(keys)).to.deep.equal(['a']);
  });

  it('waits for months too, which is longer than a timer can', async () => {
    const clock = new FakeClock();
    const keys = queue(clock);
    keys.addAfter('a', 90 * 24 * 3_600_000);
    expect(clock.nextMs).to.be.within(1, 2 ** 31 - 1);
    await clock.advance(24 * 3_600_000);
    expect(keys.depth).to.equal(0);
    keys.close();
  });

  it('leaves workers to other namespaces while keys of one take long', async () => {
    const keys = queue(new FakeClock(), 2);
    for (const key of ['evil/a', 'evil/b', 'evil/c', 'evil/d']) keys.add(key);
    expect([await keys.get(), await keys.get()]).to.deep.equal(['evil/a', 'evil/b']);
    const taken: (string | undefined)[] = [];
    const waiting = Array.from({ length: 3 }, () => keys.get().then((key) => taken.push(key)));
    keys.add('good/a');
    keys.add('no-namespace');
    await setImmediate();
    expect(taken).to.deep.equal(['good/a', 'no-namespace']);
    expect(keys.depth).to.equal(2);
    keys.add('evil/a');
    keys.done('evil/a');
    await Promise.all(waiting);
    expect(taken).to.deep.equal(['good/a', 'no-namespace', 'evil/c']);
    keys.done('evil/b');
    expect([await keys.get(), keys.depth]).to.deep.equal(['evil/d', 1]);
    keys.done('evil/c');
    expect(await keys.get()).to.equal('evil/a');
  });

  it('ends every worker when it is closed', async () => {
    const keys = queue();
    const waiting = [keys.get(), keys.get()];
    keys.close();
    expect(await Promise.all(waiting)).to.deep.equal([undefined, undefined]);
    keys.add('a');
    expect(await keys.get()).to.equal(undefined);
  });

  it('works on every key that was added, and on none twice at once, with any number of workers', async () => {
    const key = fc.constantFrom('a', 'b', 'c', 'd');
    await fc.assert(
      fc.asyncProperty(
        fc.array(key, { minLength: 1, maxLength: 40 }),
        fc.integer({ min: 1, max: 5 }),
        async (adds, workers) => {
          const keys = queue();
          const busy = new Set<string>();
          const workedOn = new Map<string, number>();
          const lastAdded = new Map<string, number>();
          let clock = 0;
          const work = async () => {
            for (let taken = await keys.get(); taken !== undefined; taken = await keys.get()) {
              expect(busy.has(taken)).to.equal(false);
              busy.add(taken);
              workedOn.set(taken, ++clock);
              await Promise.resolve();
              busy.delete(taken);
              keys.done(taken);
            }
          };
          const working = Promise.all(Array.from({ length: workers }, work));
          for (const added of adds) {
            lastAdded.set(added, ++clock);
            keys.add(added);
            await Promise.resolve();
          }
          while (keys.depth > 0 || busy.size > 0) await setImmediate();
          keys.close();
          await working;
          for (const [added, at] of lastAdded) expect(workedOn.get(added)).to.be.greaterThan(at);
        },
      ),
      { numRuns: 50 },
    );
  });
});
