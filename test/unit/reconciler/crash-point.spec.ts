import { expect } from 'chai';
import { tryParseCrashPoint } from '../../../reconciler/crash-point.ts';

describe('crash point', () => {
  for (const [point, side] of [
    ['before:3', 'before'],
    ['after:3', 'after'],
  ] as const) {
    it(`${point} kills at the third write and not earlier`, () => {
      let kills = 0;
      const hooks = tryParseCrashPoint(point, () => kills++);
      const hook = hooks?.[side];
      hook?.('one');
      hook?.('two');
      expect(kills).to.equal(0);
      hook?.('three');
      expect(kills).to.equal(1);
    });
  }

  it('is refused when it is neither', () => {
    expect(tryParseCrashPoint('during:3', () => {})).to.equal(undefined);
    expect(tryParseCrashPoint('before:0', () => {})).to.equal(undefined);
  });
});
