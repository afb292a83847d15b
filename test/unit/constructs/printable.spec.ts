import { expect } from 'chai';
import fc from 'fast-check';
import { escapeJson, escapeUnprintable, printable } from '../../../constructs/printable.ts';

/** Terminals obey the C0 and C1 controls; the others change the direction or the lines of text. */
const HARMFUL = [
  '\u001b[31m',
  '\u0000',
  '\u007f',
  '\u0085',
  '\u009b31m',
  '\u202e',
  '\u2066',
  '\u200f',
  '\u2028',
  '\ufeff',
];
const anyText = fc.string({ unit: 'binary', maxLength: 60 });

describe('text from outside', () => {
  it('stays as it is where it is printable, whatever its script', () => {
    for (const text of ['pong', 'größer', '日本語', '🦀', 'naïve “quotes”', '\tindented\nlines']) {
      expect(printable(text)).to.equal(text);
    }
    expect(escapeUnprintable('größer 日本語 🦀 \\n')).to.equal('größer 日本語 🦀 \\n');
  });

  for (const text of HARMFUL) {
    const name = JSON.stringify(text).replace(/[^\x20-\x7e]/g, (c) => `\\u${c.charCodeAt(0).toString(16)}`);
    it(`controls nothing: ${name}`, () => {
      expect(printable(text)).to.equal(`\ufffd${text.slice(1)}`);
      expect(escapeUnprintable(text)).to.match(/^\\u[0-9a-f]{4}/);
    });
  }

  it('keeps its length, so that limits hold', () => {
    expect(printable('a\ud800b')).to.equal('a\ufffdb');
    fc.assert(fc.property(anyText, (text) => [...printable(text)].length === [...text].length));
  });

  it('is one line once it is escaped', () => {
    expect(escapeUnprintable('a\nb\tc\r')).to.equal('a\\nb\\tc\\r');
    fc.assert(fc.property(anyText, (text) => !/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u.test(escapeUnprintable(text))));
  });

  it('is the same JSON value once it is escaped', () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'binary' }), (value) => {
        const json = JSON.stringify(value, null, 2);
        expect(JSON.parse(escapeJson(json))).to.deep.equal(JSON.parse(json));
      }),
    );
  });
});
