import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect } from 'chai';
import { StartLimiter } from '../../../../server/links/start-limiter.ts';

describe('pacer', () => {
  it('runs what there is room for at once and the rest in the next turns, in order', async () => {
    const pacer = new StartLimiter(2);
    const done: number[] = [];
    for (let i = 0; i < 5; i++) pacer.run(1, () => done.push(i));
    expect(done).to.deep.equal([0, 1]);
    await nextTurn();
    expect(done).to.deep.equal([0, 1, 2, 3]);
    await nextTurn();
    expect(done).to.deep.equal([0, 1, 2, 3, 4]);
  });

  it('lets nothing overtake what waits', async () => {
    const pacer = new StartLimiter(3);
    const done: string[] = [];
    pacer.run(2, () => done.push('first'));
    pacer.run(2, () => done.push('dear'));
    pacer.run(1, () => done.push('cheap'));
    expect(done).to.deep.equal(['first']);
    await nextTurn();
    expect(done).to.deep.equal(['first', 'dear', 'cheap']);
  });

  it('gives what costs more than a turn one of its own', async () => {
    const pacer = new StartLimiter(2);
    const done: string[] = [];
    pacer.run(5, () => done.push('huge'));
    pacer.run(1, () => done.push('next'));
    expect(done).to.deep.equal(['huge']);
    await nextTurn();
    expect(done).to.deep.equal(['huge', 'next']);
  });
});
