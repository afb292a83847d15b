import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { forEachConcurrently } from '../../../../reconciler/runtime/for-each-concurrently.ts';

describe('doing something with all of a list', () => {
  it('does no more than so many at once, all in the end, and throws the first failure', async () => {
    let running = 0;
    let most = 0;
    const done: number[] = [];
    const failure = await forEachConcurrently([0, 1, 2, 3, 4, 5, 6], 3, async (item) => {
      most = Math.max(most, ++running);
      await sleep(0);
      running--;
      done.push(item);
      if (item === 2) throw new Error('two');
    }).catch((error: Error) => error.message);
    expect([failure, most, done.sort()]).to.deep.equal(['two', 3, [0, 1, 2, 3, 4, 5, 6]]);
  });
});
