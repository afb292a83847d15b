import { expect } from 'chai';
import fc from 'fast-check';
import { type Member, type PeerSelection, selectPeers } from '../../../../server/protocol/peer-selection.ts';

const sampled = (degree: number) => ({ type: 'Sampled', degree }) as const;
const named = (...names: string[]): Member[] => names.map((name) => ({ name }));

/** Every member's targets without the zone links, as `from>to`. */
function degreeLinks(members: readonly Member[], selection: PeerSelection): Set<string> {
  const links = new Set(members.flatMap(({ name }) => selection.targetsOf(name).map((to) => `${name}>${to}`)));
  for (const { from, to } of selection.zoneLinks) links.delete(`${from}>${to}`);
  return links;
}

function difference(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  return [...a].filter((link) => !b.has(link)).length + [...b].filter((link) => !a.has(link)).length;
}

/** Groups of up to 60 members of arbitrary names, some with zones, and a degree. */
const groups = fc.record({
  names: fc.uniqueArray(fc.stringMatching(/^[a-z0-9-]{1,12}$/), { minLength: 1, maxLength: 60 }),
  zones: fc.integer({ min: 0, max: 6 }),
  degree: fc.integer({ min: 1, max: 12 }),
});
type Group = typeof groups extends fc.Arbitrary<infer T> ? T : never;

function membersOf({ names, zones }: Pick<Group, 'names' | 'zones'>): Member[] {
  return names.map((name, i) => ({ name, zone: zones === 0 ? undefined : `z${(i * i + i) % zones}` }));
}

describe('peer selection', () => {
  it('lets everybody ping everybody else in a full mesh', () => {
    const selection = selectPeers(named('a', 'b', 'c'), { type: 'FullMesh' });
    expect(selection.targetsOf('b')).to.have.members(['a', 'c']);
    expect(selection.askersOf('b')).to.have.members(['a', 'c']);
  });

  it('makes one ring of all members in the order of their names', () => {
    const selection = selectPeers(named('c', 'a', 'b'), { type: 'Ring' });
    expect(['a', 'b', 'c'].map((name) => selection.targetsOf(name))).to.deep.equal([['b'], ['c'], ['a']]);
    expect(selection.askersOf('a')).to.deep.equal(['c']);
  });

  it('chooses nobody with the type None', () => {
    expect(selectPeers(named('a', 'b'), { type: 'None' }).targetsOf('a')).to.deep.equal([]);
  });

  it('leaves a member that is alone with nobody to ping', () => {
    for (const topology of [{ type: 'Ring' }, { type: 'FullMesh' }, sampled(3)] as const) {
      expect(selectPeers(named('a'), topology).targetsOf('a')).to.deep.equal([]);
    }
  });

  it('gives every member of 10,000 random groups exactly the degree of targets and of askers', () => {
    fc.assert(
      fc.property(groups, (group) => {
        const members = membersOf(group);
        const links = degreeLinks(members, selectPeers(members, sampled(group.degree)));
        const wanted = Math.min(group.degree, members.length - 1);
        for (const { name } of members) {
          const out = members.filter((other) => links.has(`${name}>${other.name}`)).length;
          const into = members.filter((other) => links.has(`${other.name}>${name}`)).length;
          expect({ out, into }).to.deep.equal({ out: wanted, into: wanted });
        }
        expect(links.size).to.equal(wanted * members.length);
      }),
      { numRuns: 10_000 },
    );
  }).timeout(60_000);

  it('never lets a member ping itself, zone links included', () => {
    fc.assert(
      fc.property(groups, (group) => {
        const members = membersOf(group);
        const selection = selectPeers(members, sampled(group.degree));
        for (const { name } of members) expect(selection.targetsOf(name)).not.to.include(name);
      }),
    );
  });

  it('agrees on askers and targets', () => {
    fc.assert(
      fc.property(groups, (group) => {
        const members = membersOf(group);
        const selection = selectPeers(members, sampled(group.degree));
        const byTargets = members.flatMap(({ name }) => selection.targetsOf(name).map((to) => `${name}>${to}`));
        const byAskers = members.flatMap(({ name }) => selection.askersOf(name).map((from) => `${from}>${name}`));
        expect(byAskers).to.have.members(byTargets);
      }),
    );
  });

  it('depends on names only, not on their order', () => {
    fc.assert(
      fc.property(groups, (group) => {
        const members = membersOf(group);
        const shuffled = [...members].reverse();
        for (const { name } of members) {
          expect(selectPeers(shuffled, sampled(group.degree)).targetsOf(name)).to.deep.equal(
            selectPeers(members, sampled(group.degree)).targetsOf(name),
          );
        }
      }),
    );
  });

  it('changes at most three times the degree of links in 10,000 steps of members joining and leaving', () => {
    fc.assert(
      fc.property(groups, fc.array(fc.nat(59), { minLength: 10, maxLength: 10 }), (group, toggles) => {
        const present = new Set(group.names);
        let members = membersOf({ names: [...present], zones: 0 });
        let links = degreeLinks(members, selectPeers(members, sampled(group.degree)));
        for (const toggle of toggles) {
          const name = `churn-${toggle % 7}`;
          if (!present.delete(name)) present.add(name);
          members = membersOf({ names: [...present], zones: 0 });
          const next = degreeLinks(members, selectPeers(members, sampled(group.degree)));
          expect(difference(links, next)).to.be.at.most(3 * group.degree);
          links = next;
        }
      }),
      { numRuns: 1_000 },
    );
  }).timeout(60_000);

  it('covers every ordered pair of zones, with an extra link only where the degree leaves a pair uncovered', () => {
    fc.assert(
      fc.property(groups, (group) => {
        const members = membersOf(group);
        const zoneOf = new Map(members.map(({ name, zone }) => [name, zone]));
        const selection = selectPeers(members, sampled(group.degree));
        const byDegree = new Set(
          members.flatMap(({ name }) =>
            selection
              .targetsOf(name)
              .slice(0, Math.min(group.degree, members.length - 1))
              .map((to) => `${zoneOf.get(name)} ${zoneOf.get(to)}`),
          ),
        );
        const extra = selection.zoneLinks.map(({ from, to }) => `${zoneOf.get(from)} ${zoneOf.get(to)}`);
        for (const pair of extra) expect(byDegree.has(pair), `${pair} is covered already`).to.equal(false);
        expect(new Set(extra).size).to.equal(extra.length);
        const zones = [...new Set(zoneOf.values())].filter((zone) => zone !== undefined);
        for (const from of zones) {
          for (const to of zones) {
            if (from !== to) expect(byDegree.has(`${from} ${to}`) || extra.includes(`${from} ${to}`)).to.equal(true);
          }
        }
      }),
      { numRuns: 10_000 },
    );
  }).timeout(60_000);
});
