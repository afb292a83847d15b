import { expect } from 'chai';
import { clip } from '../../../../reconciler/runtime/clip.ts';
import { updateConditions } from '../../../../reconciler/runtime/conditions.ts';

describe('a message', () => {
  it('is never longer than its field', () => {
    expect(clip('x'.repeat(40_000))).to.have.length(32_768);
    const [condition] = updateConditions(
      [],
      [{ type: 'Ready', status: 'True', reason: 'R', message: 'x'.repeat(33_000) }],
      1,
      '',
    );
    expect(condition!.message).to.have.length(32_768);
  });

  it('stays what it is when it fits', () => {
    expect(clip('short')).to.equal('short');
  });

  it('is not cut within a character', () => {
    expect(clip('ab😀cd', 4)).to.equal('ab…');
  });
});
