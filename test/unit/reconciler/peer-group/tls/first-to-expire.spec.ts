import { expect } from 'chai';
import { createCa, createLeaf } from '../../../../../reconciler/peer-group/tls/certificate-authority.ts';
import { firstOfAll, firstToExpire } from '../../../../../reconciler/peer-group/tls/first-to-expire.ts';

const DAY = 24 * 60 * 60_000;
const START = Date.parse('2026-01-01T00:00:00Z');

describe('the first certificate to expire', () => {
  const validity = (days: number) => ({ from: START, to: START + days * DAY });

  it('is found among the leaves of a namespace, and its CA beside them', async () => {
    const current = await createCa('CA', validity(100));
    const leaf = (days: number) => createLeaf(current, { commonName: 'x', names: ['x'], validity: validity(days) });
    const leaves = new Map([
      ['east', await leaf(30)],
      ['west', await leaf(20)],
    ]);
    expect(firstToExpire({ current }, { caBundle: '', leaves })).to.deep.equal({
      ca: validity(100),
      leaf: validity(20),
    });
  });

  it('is found among all namespaces, some of which have none', () => {
    const namespaces = [
      { ca: validity(9), leaf: validity(3) },
      { ca: validity(8), leaf: undefined },
    ];
    expect(firstOfAll(namespaces)).to.deep.equal({ ca: validity(8), leaf: validity(3) });
    expect(firstOfAll([])).to.deep.equal({ ca: undefined, leaf: undefined });
  });
});
