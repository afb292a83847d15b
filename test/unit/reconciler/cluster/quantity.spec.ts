import { expect } from 'chai';
import { amountOf, quantityOf } from '../../../../reconciler/cluster/quantity.ts';

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
