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
    // resource.ParseQuantity of k8s.io/apimachinery limits what is larger than 2^63-1, and rounds up what is less than 1n.
    ['1e999', '9223372036854775807'],
    ['16Ei', '9223372036854775807'],
    ['1e-999', '1n'],
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
