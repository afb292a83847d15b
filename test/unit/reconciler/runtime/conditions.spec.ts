import { expect } from 'chai';
import { type Condition, updateConditions } from '../../../../reconciler/runtime/conditions.ts';

const BEFORE: Condition = {
  type: 'Ready',
  status: 'True',
  observedGeneration: 1,
  lastTransitionTime: '2026-01-01T00:00:00Z',
  reason: 'PodsReady',
  message: '2 of 2 pods are ready',
};
const NOW = '2026-01-02T00:00:00Z';

describe('conditions', () => {
  it('keep their transition time while the status stays, whatever the reason says', () => {
    const finding = { type: 'Ready', status: 'True', reason: 'Other', message: '3 of 3 pods are ready' } as const;
    expect(updateConditions([BEFORE], [finding], 2, NOW)).to.deep.equal([
      { ...BEFORE, ...finding, observedGeneration: 2 },
    ]);
  });

  it('move their transition time with the status', () => {
    const finding = { type: 'Ready', status: 'False', reason: 'Other', message: '' } as const;
    expect(updateConditions([BEFORE], [finding], 2, NOW)[0]?.lastTransitionTime).to.equal(NOW);
  });

  it('begin now when they are new', () => {
    const finding = { type: 'Ready', status: 'False', reason: 'Other', message: '' } as const;
    expect(updateConditions([], [finding], 1, NOW)[0]).to.deep.equal({
      ...finding,
      observedGeneration: 1,
      lastTransitionTime: NOW,
    });
  });
});
