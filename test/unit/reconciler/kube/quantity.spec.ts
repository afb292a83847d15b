import { expect } from 'chai';
import { amountOf, MAX_AMOUNT, quantityOf, tryParseQuantity } from '../../../../reconciler/kube/quantity.ts';

describe('quantities', () => {
  for (const [resource, text, amount] of [
    ['cpu', '2', 2000],
    ['cpu', '0.1', 100],
    ['cpu', '250m', 250],
    ['cpu', '1u', 1],
    ['memory', '1Gi', 2 ** 30],
    ['memory', '1.5Mi', 1.5 * 2 ** 20],
    ['memory', '128974848000m', 128974848],
    ['memory', '129e6', 129e6],
    ['nvidia.com/gpu', '4', 4],
    ['pods', 110, 110],
  ] as const) {
    it(`reads ${text} of ${resource} as ${amount}`, () => {
      expect(amountOf(resource, text)).to.equal(amount);
    });
  }

  for (const text of ['1e999', '9'.repeat(600_000), '1e999999999', '-1', '-1e999', `0.${'0'.repeat(900)}1`]) {
    it(`reads ${text.slice(0, 20)}, of ${text.length} characters, as a finite amount that is not negative`, () => {
      const started = process.cpuUsage();
      for (const resource of ['cpu', 'memory']) expect(amountOf(resource, text)).to.be.within(0, MAX_AMOUNT);
      expect(process.cpuUsage(started).user).to.be.lessThan(50_000);
    });
  }

  it('reads a quantity above all nodes as more than any of them has', () => {
    expect(amountOf('memory', '1e999')).to.equal(MAX_AMOUNT);
  });

  it('rounds up what is less than a unit, as the scheduler does', () => {
    expect(amountOf('cpu', '100.5m')).to.equal(101);
    expect(amountOf('memory', '1m')).to.equal(1);
  });

  for (const [resource, amount, text] of [
    ['cpu', 2000, '2'],
    ['cpu', 1500, '1500m'],
    ['memory', 4 * 2 ** 30, '4Gi'],
    ['memory', 1000, '1000'],
    ['memory', 0, '0'],
    ['pods', 1024, '1024'],
  ] as const) {
    it(`writes ${amount} of ${resource} as ${text}`, () => {
      expect(quantityOf(resource, amount)).to.equal(text);
    });
  }
});

describe('quantity text', () => {
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
