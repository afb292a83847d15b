import { expect } from 'chai';
import { ANNOTATION_CONFIG_HASH } from '../../../../constructs/names.ts';
import { type AnnouncementSituation, planAnnouncements } from '../../../../reconciler/peer-group/plan-announcements.ts';
import { pod } from './builders.ts';

const told = (hash: string) => ({ metadata: { annotations: { [ANNOTATION_CONFIG_HASH]: hash } } });

function values(changes: Partial<AnnouncementSituation>): string[] {
  const plan = planAnnouncements({
    pods: [pod(0)],
    version: 'new',
    configChangedAt: '2026-01-01T00:00:00Z',
    changedNow: false,
    reported: () => undefined,
    toldAgoMs: () => undefined,
    limit: 100,
    ...changes,
  });
  return plan.announcements.map(({ value }) => value);
}

describe('announcement of a config', () => {
  it('goes to every pod when the config changed in this pass', () => {
    expect(values({ changedNow: true, pods: [pod(0), pod(1)] })).to.deep.equal(['new', 'new']);
  });

  it('goes to a pod that was made before the config changed, as after a crash between the two', () => {
    expect(values({ configChangedAt: '2026-01-01T00:00:01Z' })).to.deep.equal(['new']);
  });

  it('costs nothing for a pod that was made since', () => {
    expect(values({})).to.deep.equal([]);
  });

  it('goes to a pod that was told of a former config', () => {
    expect(values({ pods: [pod(0, told('old'))] })).to.deep.equal(['new']);
  });

  it('goes to a pod that reports a former config', () => {
    expect(values({ reported: () => 'old' })).to.deep.equal(['new']);
  });

  it('is over for a pod that reports the config', () => {
    expect(values({ changedNow: true, reported: () => 'new' })).to.deep.equal([]);
  });

  it('is not repeated within five seconds', () => {
    expect(values({ pods: [pod(0, told('new'))], reported: () => 'old', toldAgoMs: () => 4_999 })).to.deep.equal([]);
  });

  it('is repeated with another value to a pod that still reports a former config after five seconds', () => {
    const late = { reported: () => 'old', toldAgoMs: () => 5_000 };
    expect(values({ pods: [pod(0, told('new'))], ...late })).to.deep.equal(['new.1']);
    expect(values({ pods: [pod(0, told('new.1'))], ...late })).to.deep.equal(['new.2']);
  });

  it('goes to no more pods at once than the limit, and says that there are more', () => {
    const plan = planAnnouncements({
      pods: [pod(0), pod(1), pod(2)],
      version: 'new',
      configChangedAt: undefined,
      changedNow: true,
      reported: () => undefined,
      toldAgoMs: () => undefined,
      limit: 2,
    });
    expect(plan.announcements).to.have.length(2);
    expect(plan.more).to.equal(true);
  });
});
