import { expect } from 'chai';
import { WallTime } from '../../../../server/time/wall-time.ts';
import { FakeClock } from '../../../support/fake-clock.ts';

describe('a monotonic time that is shown', () => {
  it('is the same whenever it is shown, though the wall clock is slewed', async () => {
    const clock = new FakeClock();
    const time = new WallTime(clock);
    const then = clock.now();
    const shown = time.iso(then);
    for (let i = 0; i < 9; i++) {
      clock.wallOffset += 100;
      await clock.advance(60_000);
      expect(time.iso(then)).to.equal(shown);
    }
  });

  for (const jump of [-3_600_000, 3_600_000, 1_001]) {
    it(`is what the wall clock would have shown when that has been set by ${jump} ms`, () => {
      const clock = new FakeClock();
      const time = new WallTime(clock);
      const before = time.at(clock.now());
      clock.wallOffset += jump;
      expect(time.at(clock.now()))
        .to.equal(before + jump)
        .and.equal(clock.wallNow());
    });
  }
});
