import { isDeepStrictEqual } from 'node:util';
import { expect } from 'chai';
import * as fc from 'fast-check';
import { InvalidResponseError } from '../../../../reconciler/kube/errors.ts';
import { LineSplitter } from '../../../../reconciler/kube/line-splitter.ts';

describe('line splitter', () => {
  it('gives the same lines wherever the chunks are cut, in the middle of a character too', () => {
    const line = fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\n'));
    void fc.assert(
      fc.property(fc.array(line), fc.array(fc.nat(200)), (lines, cuts) => {
        const bytes = Buffer.from(lines.map((text) => `${text}\n`).join(''));
        const ends = [...cuts.filter((cut) => cut < bytes.length), bytes.length].sort((a, b) => a - b);
        const splitter = new LineSplitter();
        const found = ends.flatMap((end, i) => splitter.push(bytes.subarray(ends[i - 1] ?? 0, end)));
        return isDeepStrictEqual(found, lines) && !splitter.midLine;
      }),
    );
  });

  it('knows that a stream was cut off in the middle of a line', () => {
    const splitter = new LineSplitter();
    splitter.push(Buffer.from('whole\nhal'));
    expect(splitter.midLine).to.equal(true);
  });

  it('refuses a line that does not end within 16 MiB', () => {
    const splitter = new LineSplitter();
    const chunk = Buffer.alloc(1024 * 1024, 'x');
    expect(() => {
      for (let i = 0; i < 17; i++) splitter.push(chunk);
    }).to.throw(InvalidResponseError);
  });
});
