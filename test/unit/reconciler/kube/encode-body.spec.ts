import { expect } from 'chai';
import fc from 'fast-check';
import { encodeBody } from '../../../../reconciler/kube/encode-body.ts';

describe('the body of a request', () => {
  it('is JSON of the same value, whatever text is in it', () => {
    fc.assert(
      fc.property(
        fc.object({ values: [fc.string({ unit: 'binary' })], key: fc.string({ unit: 'binary' }) }),
        (value) => {
          expect(JSON.parse(encodeBody(value))).to.deep.equal(JSON.parse(JSON.stringify(value)));
        },
      ),
    );
  });

  it('has a replacement for half of a surrogate pair, and for nothing that only looks like its escape', () => {
    expect(JSON.parse(encodeBody({ text: 'a\ud83d \\ud83d 🦀 \udc00' }))).to.deep.equal({
      text: 'a\ufffd \\ud83d 🦀 \ufffd',
    });
  });
});
