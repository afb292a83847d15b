import { expect } from 'chai';
import {
  decideScaleDown,
  SCALE_DOWN_GRACE_MS,
} from '../../../../../reconciler/peer-group/rollout/decide-scale-down.ts';

const INPUT = { desired: 1, current: 5, configAgeMs: 100, staying: 1, updated: 0 };

describe('scale-down', () => {
  it('waits while a pod that stays has not taken in the new config', () => {
    expect(decideScaleDown(INPUT)).to.deep.equal({ replicas: 5, waitMs: SCALE_DOWN_GRACE_MS - 100 });
  });

  it('happens once every pod that stays reports it', () => {
    expect(decideScaleDown({ ...INPUT, updated: 1 })).to.deep.equal({ replicas: 1 });
  });

  it('happens after two seconds at the latest', () => {
    expect(decideScaleDown({ ...INPUT, configAgeMs: SCALE_DOWN_GRACE_MS })).to.deep.equal({ replicas: 1 });
  });

  it('happens at once when nobody stays who could notice', () => {
    expect(decideScaleDown({ ...INPUT, desired: 0, staying: 0 })).to.deep.equal({ replicas: 0 });
  });

  it('is not what a scale-up is', () => {
    expect(decideScaleDown({ ...INPUT, desired: 9 })).to.deep.equal({ replicas: 9 });
  });

  it('concerns no group that has no pods yet', () => {
    expect(decideScaleDown({ ...INPUT, current: undefined })).to.deep.equal({ replicas: 1 });
  });
});
