import { Socket } from 'node:net';
import { expect } from 'chai';
import { HappyEyeballs } from '../../../../server/ping/happy-eyeballs.ts';
import { FakeClock } from '../../../support/fake-clock.ts';

/** A race over addresses whose connections are made, or fail, when a test says so. */
function race(count: number, together = false) {
  const clock = new FakeClock();
  const sockets: Socket[] = [];
  const won: string[] = [];
  const outcome = { won, lost: false };
  const addresses = Array.from({ length: count }, (_, i) => ({ address: `10.0.0.${i}`, family: 4 as const }));
  const made = new HappyEyeballs(addresses, {
    port: 80,
    together,
    clock,
    open: () => {
      sockets.push(new Socket());
      return sockets.at(-1)!;
    },
    connected: (_, address) => won.push(address),
    failed: () => {
      outcome.lost = true;
    },
  });
  const refuse = (i: number) => sockets[i]!.emit('error', Object.assign(new Error('no'), { code: 'ECONNREFUSED' }));
  return { race: made, clock, sockets, outcome, refuse };
}

describe('a race of connections', () => {
  it('starts an attempt every 250 ms, and all run on', async () => {
    const { clock, sockets, outcome } = race(3);
    expect(sockets).to.have.length(1);
    await clock.advance(249);
    expect(sockets).to.have.length(1);
    await clock.advance(1);
    expect(sockets).to.have.length(2);
    await clock.advance(60_000);
    expect(sockets).to.have.length(3);
    expect(sockets.map(({ destroyed }) => destroyed)).to.deep.equal([false, false, false]);
    sockets[0]!.emit('connect');
    expect(outcome.won).to.deep.equal(['10.0.0.0']);
  });

  it('starts the next attempt at once when none is running', () => {
    const { sockets, refuse } = race(2);
    refuse(0);
    expect(sockets).to.have.length(2);
  });

  it('does not start the next one earlier for one of several that failed', async () => {
    const { clock, sockets, refuse } = race(3);
    await clock.advance(250);
    refuse(0);
    expect(sockets).to.have.length(2);
  });

  it('takes the first connection and gives up the others', async () => {
    const { clock, sockets, outcome } = race(3);
    await clock.advance(250);
    sockets[1]!.emit('connect');
    expect(outcome.won).to.deep.equal(['10.0.0.1']);
    expect(sockets.map(({ destroyed }) => destroyed)).to.deep.equal([true, false]);
    await clock.advance(10_000);
    expect(sockets).to.have.length(2);
  });

  it('is lost when every address has failed, and not before', async () => {
    const { race: run, clock, outcome, refuse } = race(2);
    await clock.advance(250);
    refuse(1);
    expect(outcome.lost).to.equal(false);
    refuse(0);
    expect(outcome.lost).to.equal(true);
    expect(run.attempts.map(({ error }) => error?.code)).to.deep.equal(['ECONNREFUSED', 'ECONNREFUSED']);
  });

  it('tries all at once when each address is to have the whole time', () => {
    expect(race(5, true).sockets).to.have.length(5);
  });

  it('leaves nothing behind when it is given up', async () => {
    const { race: run, clock, sockets } = race(3);
    run.cancel();
    expect(clock.pending).to.equal(0);
    expect(sockets.every(({ destroyed }) => destroyed)).to.equal(true);
  });
});
