import { expect } from 'chai';
import { PingDeadline } from '../../../../server/ping/ping-deadline.ts';
import { FakeClock } from '../../../support/fake-clock.ts';

/** A deadline of 400 ms, with its process held up when a test says so. */
function deadline() {
  const clock = new FakeClock();
  const started = clock.now();
  const seen: { expiredAt?: number } = {};
  const subject = new PingDeadline(clock, 400, () => {
    seen.expiredAt = clock.now() - started;
  });
  return { clock, subject, seen };
}

describe('the time that a ping has', () => {
  it('is its timeout', async () => {
    const { clock, seen } = deadline();
    await clock.advance(1_000);
    expect(seen.expiredAt).to.equal(400);
  });

  it('is as much longer as the process was held up, though that be in time at the end', async () => {
    const { clock, seen } = deadline();
    await clock.advance(50);
    clock.standStill(250);
    await clock.advance(1_000);
    expect(seen.expiredAt).to.equal(400 + 200);
  });

  it('is longer once, whatever else holds the process up', async () => {
    const { clock, seen } = deadline();
    for (let i = 0; i < 20 && seen.expiredAt === undefined; i++) {
      clock.standStill(200);
      await clock.advance(0);
    }
    expect(seen.expiredAt).to.be.within(600, 1_200);
  });

  it('is never more than twice its timeout after a long stop', async () => {
    const { clock, seen } = deadline();
    clock.standStill(60_000);
    await clock.advance(10_000);
    expect(seen.expiredAt).to.equal(60_400);
  });

  it('never ends once it is stopped', async () => {
    const { clock, subject, seen } = deadline();
    subject.stop();
    await clock.advance(1_000);
    expect(seen.expiredAt).to.equal(undefined);
  });
});
