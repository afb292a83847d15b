import { expect } from 'chai';
import * as fc from 'fast-check';
import { backoffDelay } from '../../../../reconciler/kube/backoff.ts';

describe('backoff', () => {
  it('doubles from its base', () => {
    const delays = [0, 1, 2, 3].map((attempt) => backoffDelay({ base: 5, cap: 1_000 }, attempt, () => 0.5));
    expect(delays).to.deep.equal([5, 10, 20, 40]);
  });

  it('stays within a quarter around its cap however often something failed', () => {
    void fc.assert(
      fc.property(fc.nat(), fc.double({ min: 0, max: 0.999, noNaN: true }), (attempt, random) => {
        const delay = backoffDelay({ base: 5, cap: 1_000 }, attempt, () => random);
        return delay >= 3.75 && delay <= 1_250;
      }),
    );
  });
});
