import { expect } from 'chai';
import {
  UPGRADE_PATIENCE_MS,
  UPGRADES_AT_ONCE,
  UpgradeLimiter,
  type UpgradeLimiterOptions,
} from '../../../../../reconciler/peer-group/rollout/upgrade-limiter.ts';

const old = { present: 'old', complete: true };
const underWay = { present: 'new', complete: false };
const done = { present: 'new', complete: true };

function setUp(differs: Partial<UpgradeLimiterOptions> = {}) {
  const clock = { now: 0 };
  const turns: string[] = [];
  const pace = new UpgradeLimiter({
    ...{ image: 'new', rolls: true, unfinished: () => [] },
    ...{ onTurn: (group) => turns.push(group), now: () => clock.now, ...differs },
  });
  const fill = () => {
    for (let i = 0; i < UPGRADES_AT_ONCE; i++) pace.decide(`group-${i}`, old);
  };
  return { pace, clock, turns, fill };
}

describe('the pace of an upgrade', () => {
  it('lets five groups begin and has the others keep their image', () => {
    const { pace, fill } = setUp();
    fill();
    expect(pace.decide('late', old)).to.deep.equal({ image: 'old' });
    expect(pace.decide('group-0', old).image, 'whose write failed').to.equal('new');
  });

  it('gives the turn to who waited longest when a group is done or deleted', () => {
    const { pace, turns, fill } = setUp();
    fill();
    pace.decide('late', old);
    pace.decide('later', old);
    pace.decide('group-0', underWay);
    expect(turns).to.deep.equal([]);
    pace.decide('group-0', done);
    expect(turns).to.deep.equal(['late']);
    expect(pace.decide('late', old).image).to.equal('new');
    pace.forget('group-1');
    expect(turns).to.deep.equal(['late', 'later']);
  });

  it('waits for no group longer than ten minutes', () => {
    const { pace, clock, turns, fill } = setUp();
    fill();
    pace.decide('late', old);
    clock.now = UPGRADE_PATIENCE_MS - 1;
    expect(pace.decide('group-0', underWay)).to.deep.equal({ image: 'new', againInMs: 1 });
    clock.now += 1;
    expect(pace.decide('group-0', underWay)).to.deep.equal({ image: 'new' });
    expect(turns).to.deep.equal(['late']);
  });

  it('counts what a former process began', () => {
    const groups = Array.from({ length: UPGRADES_AT_ONCE }, (_, i) => `begun-${i}`);
    const { pace, turns } = setUp({ unfinished: () => groups });
    expect(pace.decide('late', old)).to.deep.equal({ image: 'old' });
    pace.decide('begun-3', done);
    expect(turns).to.deep.equal(['late']);
  });

  it('holds up no group that has no pods yet, whose user chose the image, or that has the new one', () => {
    const { pace, fill } = setUp();
    fill();
    expect(pace.decide('fresh', { present: undefined, complete: false })).to.deep.equal({ image: 'new' });
    expect(pace.decide('scaling', underWay)).to.deep.equal({ image: 'new' });
  });

  it('brings nothing to groups that run when told so', () => {
    const { pace } = setUp({ rolls: false });
    expect(pace.decide('group', old)).to.deep.equal({ image: 'old' });
    expect(pace.decide('fresh', { present: undefined, complete: false })).to.deep.equal({ image: 'new' });
  });
});
