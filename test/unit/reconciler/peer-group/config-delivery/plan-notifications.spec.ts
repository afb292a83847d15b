import { expect } from 'chai';
import { ANNOTATION_CONFIG_HASH } from '../../../../../constructs/names.ts';
import {
  type NotificationInput,
  planNotifications,
} from '../../../../../reconciler/peer-group/config-delivery/plan-notifications.ts';
import { pod } from '../builders.ts';

const notified = (hash: string) => ({ metadata: { annotations: { [ANNOTATION_CONFIG_HASH]: hash } } });

function plan(changes: Partial<NotificationInput>) {
  return planNotifications({
    pods: [pod(0)],
    version: 'new',
    configChangedAt: '2026-01-01T00:00:00Z',
    hasChanged: false,
    reported: () => undefined,
    notifiedAgoMs: () => undefined,
    limit: 100,
    ...changes,
  });
}

/** New values of the annotations that are patched. */
const values = (changes: Partial<NotificationInput>) => plan(changes).notifications.map(({ value }) => value);

describe('notification of a config', () => {
  it('goes to every pod when the config changed in this pass', () => {
    expect(values({ hasChanged: true, pods: [pod(0), pod(1)] })).to.deep.equal(['new', 'new']);
  });

  it('goes to a pod that was made before the config changed, as after a crash between the two', () => {
    expect(values({ configChangedAt: '2026-01-01T00:00:01Z' })).to.deep.equal(['new']);
  });

  it('costs nothing for a pod that was made since', () => {
    expect(values({})).to.deep.equal([]);
  });

  it('goes to a pod that was notified of a previous config', () => {
    expect(values({ pods: [pod(0, notified('old'))] })).to.deep.equal(['new']);
  });

  it('goes to a pod that reports a former config', () => {
    expect(values({ reported: () => 'old' })).to.deep.equal(['new']);
  });

  it('is over for a pod that reports the config', () => {
    expect(values({ hasChanged: true, reported: () => 'new' })).to.deep.equal([]);
  });

  it('is not repeated within five seconds', () => {
    expect(
      values({ pods: [pod(0, notified('new'))], reported: () => 'old', notifiedAgoMs: () => 4_999 }),
    ).to.deep.equal([]);
  });

  it('is repeated with another value to a pod that still reports a former config after five seconds', () => {
    const late = { reported: () => 'old', toldAgoMs: () => 5_000 };
    expect(values({ pods: [pod(0, notified('new'))], ...late })).to.deep.equal(['new.1']);
  });

  it('waits twice as long before each further repetition', () => {
    const again = (toldAgoMs: number) =>
      values({ pods: [pod(0, notified('new.1'))], reported: () => 'old', notifiedAgoMs: () => toldAgoMs });
    expect(again(9_999)).to.deep.equal([]);
    expect(again(10_000)).to.deep.equal(['new.2']);
  });

  it('comes back in five seconds to a pod that it was sent to because of its report', () => {
    expect(plan({ reported: () => 'old' }).repeatInMs).to.equal(5_000);
    expect(plan({ hasChanged: true }).repeatInMs).to.equal(undefined);
  });

  it('goes to no more pods at once than the limit, and says that there are more', () => {
    const { notifications, more } = plan({ pods: [pod(0), pod(1), pod(2)], hasChanged: true, limit: 2 });
    expect(notifications).to.have.length(2);
    expect(more).to.equal(true);
  });
});
