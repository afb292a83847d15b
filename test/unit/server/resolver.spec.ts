import { expect } from 'chai';
import { parseHostsFile } from '../../../server/hosts-file.ts';
import { NameResolver, type ResolverSources } from '../../../server/resolver.ts';
import { candidateNames, parseSearchList } from '../../../server/search-list.ts';

type Zone = Readonly<Record<string, { readonly address: string; readonly ttl: number }[] | Error>>;

/** A resolver over a zone of `name/family` entries, with a clock in our hands. */
function resolverOver(zone: Zone, options: Partial<ResolverSources> = {}) {
  const asked: string[] = [];
  const clock = { now: 0 };
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
    now: () => clock.now,
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
    expect(await resolver.resolve('web')).to.deep.equal([
      { address: '10.0.0.1', family: 4 },
      { address: 'fd00::1', family: 6 },
    ]);
  });

  it('is content with one family when the other fails', async () => {
    const { resolver } = resolverOver({ 'web/4': a('10.0.0.1'), 'web/6': serverFailure });
    expect(await resolver.resolve('web')).to.have.lengthOf(1);
  });

  it('asks again after the TTL', async () => {
    const { resolver, asked, clock } = resolverOver({ 'web/4': a('10.0.0.1', 2) }, { families: () => [4] });
    await resolver.resolve('web');
    clock.now = 1_999;
    await resolver.resolve('web');
    expect(asked).to.have.lengthOf(1);
    clock.now = 2_000;
    await resolver.resolve('web');
    expect(asked).to.have.lengthOf(2);
  });

  it('keeps no record longer than 5 s, whatever its TTL', async () => {
    const { resolver, asked, clock } = resolverOver({ 'web/4': a('10.0.0.1', 3_600) }, { families: () => [4] });
    await resolver.resolve('web');
    clock.now = 5_000;
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
    expect(await resolver.resolve('web')).to.have.lengthOf(2);
  });

  it('goes through the search domains in order, and takes the first that exists', async () => {
    const searchList = parseSearchList(
      'search demo.svc.cluster.local svc.cluster.local cluster.local\noptions ndots:5',
    );
    const { resolver, asked } = resolverOver(
      { 'web-0.web.demo.svc.cluster.local/4': a('10.0.0.1') },
      { searchList, families: () => [4] },
    );
    expect(await resolver.resolve('web-0.web.demo')).to.have.lengthOf(1);
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

  it("passes on the DNS server's failure instead of trying the next search domain", async () => {
    const { resolver, asked } = resolverOver(
      { 'web.a/4': serverFailure },
      { searchList: { domains: ['a', 'b'], ndots: 1 }, families: () => [4] },
    );
    expect(await codeOf(resolver.resolve('web'))).to.equal('ESERVFAIL');
    expect(asked).to.deep.equal(['web.a/4']);
  });

  it('takes the hosts file before DNS, and localhost without either', async () => {
    const hosts = parseHostsFile('# comment\n10.9.9.9 Gateway gw # end\nbad line\n');
    const { resolver, asked } = resolverOver({}, { hosts: () => hosts });
    expect(await resolver.resolve('gateway')).to.deep.equal([{ address: '10.9.9.9', family: 4 }]);
    expect((await resolver.resolve('localhost')).map(({ address }) => address)).to.deep.equal(['127.0.0.1', '::1']);
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
