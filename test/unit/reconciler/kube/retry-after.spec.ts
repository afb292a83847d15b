import { expect } from 'chai';
import { tryParseRetryAfter } from '../../../../reconciler/kube/retry-after.ts';

describe('Retry-After', () => {
  it('is a number of seconds', () => {
    expect(tryParseRetryAfter('2', 0)).to.equal(2_000);
  });

  it('is a date', () => {
    const now = Date.parse('2026-01-01T00:00:00Z');
    expect(tryParseRetryAfter('Thu, 01 Jan 2026 00:00:30 GMT', now)).to.equal(30_000);
  });

  it('is nothing to wait for when the date has passed', () => {
    expect(tryParseRetryAfter('Thu, 01 Jan 1970 00:00:00 GMT', 1_000)).to.equal(0);
  });

  it('counts as missing when it makes no sense', () => {
    expect(tryParseRetryAfter('soon', 0)).to.equal(undefined);
  });
});
