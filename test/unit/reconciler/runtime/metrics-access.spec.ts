import { expect } from 'chai';
import { MetricsAccess, type Reviews } from '../../../../reconciler/runtime/metrics-access.ts';

/** A cluster in which `reader` may read metrics and `other` may not; their tokens are their names. */
class Cluster implements Reviews {
  readonly tokens: string[] = [];
  readers = ['reader'];
  away = false;
  /** Set: answers wait for it. */
  gate: Promise<void> | undefined;

  authenticate = async (token: string) => {
    this.tokens.push(token);
    await this.gate;
    if (this.away) throw new Error('the API server is away');
    return ['reader', 'other'].includes(token) ? { username: token } : undefined;
  };

  mayReadMetrics = async ({ username = '' }) => this.readers.includes(username);
}

describe('access to the metrics', () => {
  let cluster: Cluster;
  let access: MetricsAccess;
  let now: number;

  beforeEach(() => {
    now = 0;
    cluster = new Cluster();
    access = new MetricsAccess(cluster, () => now);
  });

  const judge = (token: string) => access.judge(`Bearer ${token}`);

  it('is for the token of a user who may get them', async () => {
    expect(await judge('reader')).to.equal('Allowed');
    expect(await judge('other')).to.equal('Forbidden');
    expect(await judge('nobody')).to.equal('Unauthenticated');
  });

  it('needs a bearer token: nothing else is asked about', async () => {
    for (const header of [undefined, '', 'Bearer', 'Bearer ', 'Basic cmVhZGVy', 'Bearer a b', 'reader'])
      expect(await access.judge(header), header).to.equal('Unauthenticated');
    expect(cluster.tokens).to.deep.equal([]);
  });

  it('is asked about once a minute, and ends a minute after the right was taken away at the latest', async () => {
    await judge('reader');
    cluster.readers = [];
    now = 59_999;
    expect(await judge('reader')).to.equal('Allowed');
    expect(cluster.tokens).to.have.length(1);
    now = 60_000;
    expect(await judge('reader')).to.equal('Forbidden');
  });

  it('is seen ten seconds after it was given', async () => {
    await judge('other');
    cluster.readers = ['other'];
    now = 10_000;
    expect(await judge('other')).to.equal('Allowed');
  });

  it('is given to nobody while the API server can not be asked, and at once when it can', async () => {
    cluster.away = true;
    expect(await judge('reader').catch((error: Error) => error.message)).to.equal('the API server is away');
    cluster.away = false;
    expect(await judge('reader')).to.equal('Allowed');
  });

  it('costs one question however many ask with one token at once', async () => {
    const verdicts = await Promise.all(Array.from({ length: 50 }, () => judge('reader')));
    expect(new Set(verdicts)).to.deep.equal(new Set(['Allowed']));
    expect(cluster.tokens).to.have.length(1);
  });

  it('costs the API server a bounded number of questions whatever strangers send', async () => {
    await judge('reader');
    let busy = 0;
    for (let second = 1; second <= 5; second++) {
      now = second * 1_000;
      for (let i = 0; i < 100; i++) if ((await judge(`stranger-${second}-${i}`)) === 'Busy') busy++;
    }
    expect(cluster.tokens).to.have.length.at.most(1 + 5 * 20);
    expect(busy).to.equal(5 * 80);
    expect(await judge('reader'), 'who is known is not held up').to.equal('Allowed');
  });

  it('keeps no more than four questions under way', async () => {
    let open = () => {};
    cluster.gate = new Promise((resolve) => {
      open = resolve;
    });
    const verdicts = Array.from({ length: 6 }, (_, i) => judge(`stranger-${i}`));
    open();
    expect((await Promise.all(verdicts)).filter((verdict) => verdict === 'Busy')).to.have.length(2);
  });
});
