import { expect } from 'chai';
import { updateConditions } from '../../../../reconciler/runtime/conditions.ts';
import { truncate } from '../../../../reconciler/runtime/truncate.ts';

describe('a message', () => {
  it('is never longer than its field', () => {
    expect(truncate('x'.repeat(40_000))).to.have.length(32_768);
    const [condition] = updateConditions(
      [],
      [{ type: 'Ready', status: 'True', reason: 'R', message: 'x'.repeat(33_000) }],
      1,
      '',
    );
    expect(condition!.message).to.have.length(32_768);
  });

  it('stays what it is when it fits', () => {
    expect(truncate('short')).to.equal('short');
  });

  it('is not cut within a character', () => {
    expect(truncate('ab😀cd', 4)).to.equal('ab…');
  });
});
