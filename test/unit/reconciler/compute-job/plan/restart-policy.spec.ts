import { expect } from 'chai';
import { decideRestart } from '../../../../../reconciler/compute-job/plan/restart-policy.ts';

const NONE = { failed: 0, disruptions: 0 };

describe('restart of a gang', () => {
  it('backs off from 10 s, doubled with each failure, to 5 min', () => {
    const delays = [0, 1, 2, 3, 4, 5, 9].map(
      (failed) => decideRestart('Application', { ...NONE, failed }, 99, 0).delayMs,
    );
    expect(delays).to.deep.equal([10_000, 20_000, 40_000, 80_000, 160_000, 300_000, 300_000]);
  });

  it('gives up after as many restarts as backoffLimit says', () => {
    expect(decideRestart('Application', { ...NONE, failed: 1 }, 2, 0)).to.include({ restarts: true, failed: 2 });
    expect(decideRestart('Application', { ...NONE, failed: 2 }, 2, 0)).to.include({ restarts: false, failed: 3 });
  });

  it('does not count a loss and starts again at once', () => {
    expect(decideRestart('Infrastructure', { failed: 2, disruptions: 0 }, 2, 0)).to.deep.equal({
      failed: 2,
      disruptions: 1,
      restarts: true,
      delayMs: 0,
    });
  });

  it('backs off from losses that follow each other closely', () => {
    const delays = [1, 2, 3].map(
      (disruptions) => decideRestart('Infrastructure', { ...NONE, disruptions }, 0, 0).delayMs,
    );
    expect(delays).to.deep.equal([10_000, 20_000, 40_000]);
  });

  it('forgets earlier losses when the gang ran for 10 minutes', () => {
    expect(decideRestart('Infrastructure', { ...NONE, disruptions: 7 }, 0, 600_000)).to.include({ delayMs: 0 });
  });

  it('backs off when the API server refuses a pod, without counting', () => {
    expect(decideRestart('Refusal', NONE, 0, 0)).to.deep.equal({
      failed: 0,
      disruptions: 1,
      restarts: true,
      delayMs: 10_000,
    });
  });

  it('waits for nothing when it was asked for', () => {
    expect(decideRestart('Request', { failed: 1, disruptions: 3 }, 0, 0)).to.include({
      restarts: true,
      delayMs: 0,
      failed: 1,
    });
  });
});
