import { expect } from 'chai';
import { parseHostsFile } from '../../../../server/dns/hosts-file.ts';
import { NameResolver, type Resolution, type ResolverSources } from '../../../../server/dns/resolver.ts';
import { candidateNames, parseSearchList } from '../../../../server/dns/search-list.ts';
import { FakeClock } from '../../../support/fake-clock.ts';

type Zone = Readonly<Record<string, { readonly address: string; readonly ttl: number }[] | Error>>;

/** A resolver over a zone of `name/family` entries, with a clock in our hands. */
function resolverOver(zone: Zone, options: Partial<ResolverSources> = {}) {
  const asked: string[] = [];
  const clock = new FakeClock();
  const resolver = new NameResolver({
    query: async (name, family) => {
      asked.push(`${name}/${family}`);
      const answer = zone[`${name}/${family}`] ?? Object.assign(new Error('no such name'), { code: 'ENOTFOUND' });
      if (answer instanceof Error) throw answer;
      return answer;
    },
    searchList: { domains: [], ndots: 1 },
    hosts: () => new Map(),
    families: () => [4, 6],
    localFamilies: () => [4, 6],
    clock,
    ...options,
  });
  return { resolver, asked, clock };
}

const a = (address: string, ttl = 30) => [{ address, ttl }];
const serverFailure = Object.assign(new Error('failed'), { code: 'ESERVFAIL' });

async function codeOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'resolved',
    (error: NodeJS.ErrnoException) => error.code ?? 'no code',
  );
}

describe('name resolver', () => {
  it('finds addresses of both families', async () => {
    const { resolver } = resolverOver({ 'web/4': a('10.0.0.1'), 'web/6': a('fd00::1') });
    expect((await resolver.resolve('web')).addresses).to.deep.equal([
      { address: '10.0.0.1', family: 4 },
      { address: 'fd00::1', family: 6 },
    ]);
  });

  it('is content with one family when the other fails', async () => {
    const { resolver } = resolverOver({ 'web/4': a('10.0.0.1'), 'web/6': serverFailure });
    expect((await resolver.resolve('web')).addresses).to.have.lengthOf(1);
  });

  it('asks again after the TTL', async () => {
    const { resolver, asked, clock } = resolverOver({ 'web/4': a('10.0.0.1', 2) }, { families: () => [4] });
    await resolver.resolve('web');
    await clock.advance(1_999);
    await resolver.resolve('web');
    expect(asked).to.have.lengthOf(1);
    await clock.advance(1);
    await resolver.resolve('web');
    expect(asked).to.have.lengthOf(2);
  });

  it('keeps no record longer than 5 s, whatever its TTL', async () => {
    const { resolver, asked, clock } = resolverOver({ 'web/4': a('10.0.0.1', 3_600) }, { families: () => [4] });
    await resolver.resolve('web');
    await clock.advance(5_000);
    await resolver.resolve('web');
    expect(asked).to.have.lengthOf(2);
  });

  it('asks once for a name that several want at the same time', async () => {
    const { resolver, asked } = resolverOver({ 'web/4': a('10.0.0.1') }, { families: () => [4] });
    await Promise.all([resolver.resolve('web'), resolver.resolve('web')]);
    expect(asked).to.have.lengthOf(1);
  });

  it('is held up by no name that gets no answer', async () => {
    const never = new Promise<never>(() => {});
    const { resolver } = resolverOver(
      {},
      { query: (name) => (name === 'silent' ? never : Promise.resolve(a('10.0.0.1'))) },
    );
    void resolver.resolve('silent');
    expect((await resolver.resolve('web')).addresses).to.have.lengthOf(2);
  });

  it('goes through the search domains in order, and takes the first that exists', async () => {
    const searchList = parseSearchList(
      'search demo.svc.cluster.local svc.cluster.local cluster.local\noptions ndots:5',
    );
    const { resolver, asked } = resolverOver(
      { 'web-0.web.demo.svc.cluster.local/4': a('10.0.0.1') },
      { searchList, families: () => [4] },
    );
    expect((await resolver.resolve('web-0.web.demo')).addresses).to.have.lengthOf(1);
    expect(asked).to.deep.equal(['web-0.web.demo.demo.svc.cluster.local/4', 'web-0.web.demo.svc.cluster.local/4']);
  });

  it('asks for an absolute name as it is', async () => {
    const { resolver, asked } = resolverOver(
      { 'web.demo.svc.cluster.local/4': a('10.0.0.1') },
      { searchList: { domains: ['x'], ndots: 5 }, families: () => [4] },
    );
    await resolver.resolve('web.demo.svc.cluster.local.');
    expect(asked).to.deep.equal(['web.demo.svc.cluster.local/4']);
  });

  it('says ENOTFOUND when no candidate exists', async () => {
    expect(await codeOf(resolverOver({}).resolver.resolve('web'))).to.equal('ENOTFOUND');
  });

  for (const code of ['ESERVFAIL', 'EREFUSED', 'ETIMEOUT']) {
    it(`tries the next search domain after ${code}, and passes that on when none knows the name`, async () => {
      const failed = Object.assign(new Error('failed'), { code });
      const searchList = { domains: ['a', 'b'], ndots: 1 };
      const known = resolverOver({ 'web.a/4': failed, 'web.b/4': a('10.0.0.1') }, { searchList, families: () => [4] });
      expect((await known.resolver.resolve('web')).addresses).to.deep.equal([{ address: '10.0.0.1', family: 4 }]);
      const unknown = resolverOver({ 'web.a/4': failed }, { searchList, families: () => [4] });
      expect(await codeOf(unknown.resolver.resolve('web'))).to.equal(code);
      expect(unknown.asked).to.deep.equal(['web.a/4', 'web.b/4', 'web/4']);
    });
  }

  for (const [answered, silent] of [
    [4, 6],
    [6, 4],
  ] as const) {
    it(`waits 50 ms for IPv${silent} when IPv${answered} is there, and no longer`, async () => {
      const never = new Promise<never>(() => {});
      const query = (_: string, family: 4 | 6) => (family === silent ? never : Promise.resolve(a('address')));
      const { resolver, clock } = resolverOver({}, { query });
      let found: Resolution | undefined;
      void resolver.resolve('web').then((resolution) => {
        found = resolution;
      });
      await clock.advance(49);
      expect(found).to.equal(undefined);
      await clock.advance(1);
      expect(found?.addresses).to.deep.equal([{ address: 'address', family: answered }]);
      expect(found?.incomplete).to.have.property('code', 'ETIMEOUT');
    });
  }

  it('waits for both families, when every address is asked for', async () => {
    let answer: (records: { address: string; ttl: number }[]) => void = () => {};
    const late = new Promise<{ address: string; ttl: number }[]>((resolve) => {
      answer = resolve;
    });
    const query = (_: string, family: 4 | 6) => (family === 6 ? late : Promise.resolve(a('10.0.0.1')));
    const { resolver, clock } = resolverOver({}, { query });
    const found = resolver.resolve('web', true);
    await clock.advance(1_000);
    answer(a('fd00::1'));
    expect(await found).to.deep.include({
      addresses: [
        { address: '10.0.0.1', family: 4 },
        { address: 'fd00::1', family: 6 },
      ],
    });
  });

  it('says that there may be more addresses when the question for one family failed', async () => {
    const { resolver } = resolverOver({ 'web/4': a('10.0.0.1'), 'web/6': serverFailure });
    expect((await resolver.resolve('web', true)).incomplete).to.equal(serverFailure);
    const { resolver: whole } = resolverOver({ 'web/4': a('10.0.0.1') });
    expect((await whole.resolve('web', true)).incomplete).to.equal(undefined);
  });

  it('takes from the hosts file what this machine can connect to', async () => {
    const hosts = parseHostsFile('127.0.0.1 it\n::1 it\n');
    const { resolver } = resolverOver({}, { hosts: () => hosts, localFamilies: () => [4] });
    expect((await resolver.resolve('it')).addresses).to.deep.equal([{ address: '127.0.0.1', family: 4 }]);
    expect((await resolver.resolve('localhost')).addresses).to.deep.equal([{ address: '127.0.0.1', family: 4 }]);
  });

  it('takes the hosts file before DNS, and localhost without either', async () => {
    const hosts = parseHostsFile('# comment\n10.9.9.9 Gateway gw # end\nbad line\n');
    const { resolver, asked } = resolverOver({}, { hosts: () => hosts });
    expect((await resolver.resolve('gateway')).addresses).to.deep.equal([{ address: '10.9.9.9', family: 4 }]);
    expect((await resolver.resolve('localhost')).addresses.map(({ address }) => address)).to.deep.equal([
      '127.0.0.1',
      '::1',
    ]);
    expect(asked).to.deep.equal([]);
  });
});

describe('search list', () => {
  it('takes the last search line and bounded ndots, as the system resolver does', () => {
    expect(parseSearchList('nameserver 10.0.0.1\nsearch a\nsearch b. c\noptions timeout:1 ndots:99')).to.deep.equal({
      ...{ domains: ['b', 'c'], ndots: 15 },
    });
  });

  it('tries a name with enough dots as it is first', () => {
    const list = { domains: ['x.y'], ndots: 2 };
    expect(candidateNames('a.b.c', list)).to.deep.equal(['a.b.c', 'a.b.c.x.y']);
    expect(candidateNames('a.b', list)).to.deep.equal(['a.b.x.y', 'a.b']);
  });
});
