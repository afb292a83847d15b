import { expect } from 'chai';
import { ConfigTracker } from '../../../../../reconciler/peer-group/config-delivery/config-tracker.ts';

describe('the tracker of configs', () => {
  let now = 0;
  let tracker: ConfigTracker;

  beforeEach(() => {
    now = 1_000;
    tracker = new ConfigTracker(() => now);
  });

  it('knows how long a group has had its config, however often it is noted', () => {
    tracker.note('ns/web', 'a', undefined);
    now += 500;
    tracker.note('ns/web', 'a', undefined);
    expect(tracker.ageOf('ns/web')).to.equal(500);
    expect(tracker.get('ns/web')).to.include({ hash: 'a', caBundle: undefined });
  });

  it('starts again with another config, and with another CA bundle', () => {
    tracker.note('ns/web', 'a', 'ca-1');
    now += 500;
    tracker.note('ns/web', 'b', 'ca-1');
    expect(tracker.ageOf('ns/web')).to.equal(0);
    now += 500;
    tracker.note('ns/web', 'b', 'ca-2');
    expect(tracker.ageOf('ns/web')).to.equal(0);
  });

  it('knows no age of a group that it has not seen', () => {
    expect(tracker.ageOf('ns/web')).to.equal(0);
    expect(tracker.get('ns/web')).to.equal(undefined);
  });

  it('remembers which pods were notified of this config, and of no other one', () => {
    tracker.note('ns/web', 'a', undefined);
    tracker.markNotified('ns/web', 'pod-1');
    now += 200;
    expect(tracker.notifiedAgo('ns/web', 'pod-1')).to.equal(200);
    expect(tracker.notifiedAgo('ns/web', 'pod-2')).to.equal(undefined);
    expect(tracker.notifiedAgo('ns/db', 'pod-1')).to.equal(undefined);
    tracker.note('ns/web', 'b', undefined);
    expect(tracker.notifiedAgo('ns/web', 'pod-1')).to.equal(undefined);
  });

  it('forgets a group that is gone, and no other', () => {
    for (const group of ['ns/web', 'ns/db']) {
      tracker.note(group, 'a', undefined);
      tracker.markNotified(group, 'pod-1');
      tracker.markNotifying(group, true);
    }
    tracker.forget('ns/web');
    expect([
      tracker.get('ns/web'),
      tracker.notifiedAgo('ns/web', 'pod-1'),
      tracker.isNotifying('ns/web'),
    ]).to.deep.equal([undefined, undefined, false]);
    expect(tracker.isNotifying('ns/db')).to.equal(true);
    expect(tracker.notifiedAgo('ns/db', 'pod-1')).to.equal(0);
  });
});
