import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { FairSemaphore } from '../../../../reconciler/kube/fair-semaphore.ts';

describe('tasks in slots', () => {
  it('run no more tasks at once than the limit, in order, whoever comes in between, and after failures', async () => {
    const slots = new FairSemaphore(2, 2);
    const begun: number[] = [];
    let running = 0;
    let most = 0;
    const take = (task: number): Promise<void> =>
      slots.run({ kind: 'pods', namespace: 'a' }, async () => {
        begun.push(task);
        most = Math.max(most, ++running);
        await sleep(1);
        running--;
        if (task === 1) throw new Error('failed');
      });
    const first = [0, 1, 2, 3].map(take);
    // Comes at the very moment at which a slot is released.
    const late = first[0]!.then(() => take(4));
    const results = await Promise.allSettled([...first, late]);
    expect(results.map(({ status }) => status === 'rejected')).to.deep.equal([false, true, false, false, false]);
    expect(begun).to.deep.equal([0, 1, 2, 3, 4]);
    expect(most).to.equal(2);
  });

  it('go round the namespaces, none of which takes all slots', async () => {
    const slots = new FairSemaphore(4, 2);
    const begun: string[] = [];
    const ends: (() => void)[] = [];
    const take = (namespace: string) =>
      slots.run({ kind: 'pods', namespace }, () => {
        begun.push(namespace);
        return new Promise<void>((resolve) => ends.push(resolve));
      });
    const all = [...'aaaaaaaabc'].map(take);
    await sleep(0);
    expect(begun.join('')).to.equal('aabc');
    const late = [...'bbb'].map(take);
    await sleep(0);
    expect(begun.join('')).to.equal('aabc');
    for (let ended = 0; ended < all.length + late.length; ended++) {
      await sleep(0);
      ends[ended]!();
    }
    await Promise.all([...all, ...late]);
    expect(begun.slice(4).join('')).to.match(/^(ab|ba)ab?ab?/);
    expect(begun.length).to.equal(13);
  });
});
