import { expect } from 'chai';
import {
  NOTIFICATIONS_PER_SECOND,
  NotificationLimiter,
} from '../../../../../reconciler/peer-group/config-delivery/notification-limiter.ts';

function setUp() {
  const clock = { now: 5_000 };
  return { clock, pace: new NotificationLimiter(() => clock.now) };
}

describe('the rate of notifications', () => {
  it('lets a hundred pods of a group be notified in a second, however often it is reconciled', () => {
    const { clock, pace } = setUp();
    expect(pace.left('web')).to.equal(NOTIFICATIONS_PER_SECOND);
    pace.take('web', 30);
    clock.now += 300;
    pace.take('web', 70);
    expect(pace.left('web')).to.equal(0);
    expect(pace.nextInMs('web')).to.equal(700);
    clock.now += 700;
    expect(pace.left('web')).to.equal(NOTIFICATIONS_PER_SECOND);
    expect(pace.nextInMs('web')).to.equal(0);
  });

  it('counts each group for itself, and the second from when the first of its pods is notified', () => {
    const { clock, pace } = setUp();
    pace.take('web', NOTIFICATIONS_PER_SECOND);
    expect(pace.left('other')).to.equal(NOTIFICATIONS_PER_SECOND);
    pace.take('other', 0);
    clock.now += 900;
    pace.take('other', 1);
    expect(pace.nextInMs('other')).to.equal(1_000);
  });

  it('knows nothing of a group that is gone', () => {
    const { pace } = setUp();
    pace.take('web', NOTIFICATIONS_PER_SECOND);
    pace.forget('web');
    expect(pace.left('web')).to.equal(NOTIFICATIONS_PER_SECOND);
  });
});
