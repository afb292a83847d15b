import { expect } from 'chai';
import { tryParseQuantity } from '../../../../reconciler/kube/quantity.ts';

describe('quantity', () => {
  for (const [a, b] of [
    ['1', '1000m'],
    ['0.5', '500m'],
    ['.5', '500m'],
    ['1Ki', '1024'],
    ['1.5Gi', '1536Mi'],
    ['1e3', '1k'],
    ['1E', '1000P'],
    ['2', 2],
    ['-1', '-1000m'],
    ['0.1n', '1n'],
  ] as const) {
    it(`${a} is ${b}`, () => {
      expect(tryParseQuantity(a)).to.be.a('bigint').and.equal(tryParseQuantity(b));
    });
  }

  for (const text of ['', '.', 'x', '1Kib', '1 Gi', '1e', 'Ki']) {
    it(`"${text}" is none`, () => {
      expect(tryParseQuantity(text)).to.equal(undefined);
    });
  }
});
