import { expect } from 'chai';
import { formatDuration, tryParseDuration } from '../../../constructs/duration.ts';

describe('duration', () => {
  it('reads Go-style durations as milliseconds', () => {
    expect(tryParseDuration('1m')).to.equal(60_000);
    expect(tryParseDuration('1m30s')).to.equal(90_000);
    expect(tryParseDuration('100ms')).to.equal(100);
    expect(tryParseDuration('1.5h')).to.equal(5_400_000);
  });

  it('refuses what is no duration', () => {
    for (const text of ['', 'soon', '5', '-1s', '1 m', '1d', 's', '1s ']) {
      expect(tryParseDuration(text), JSON.stringify(text)).to.equal(undefined);
    }
  });

  it('writes what it reads', () => {
    for (const text of ['1m', '1m30s', '100ms', '24h', '1s500ms']) {
      expect(formatDuration(tryParseDuration(text)!)).to.equal(text);
    }
  });
});
