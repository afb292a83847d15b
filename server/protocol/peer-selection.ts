import { contentHash } from '../../constructs/content-hash.ts';

/** Which of a group's members ping which. */
export type Topology =
  | { readonly type: 'FullMesh' | 'Ring' | 'None' }
  | { readonly type: 'Sampled'; readonly degree: number };

/** A member of a group: its stable name, and its zone where that is known. */
export interface Member {
  readonly name: string;
  readonly zone?: string | undefined;
}

export interface DirectedLink {
  readonly from: string;
  readonly to: string;
}

/** Who pings whom in a group; names that are no members ping nobody. */
export interface PeerSelection {
  targetsOf(name: string): string[];
  askersOf(name: string): string[];
  /** Links that Sampled adds so that every ordered pair of zones has one; not counted in a member's degree. */
  readonly zoneLinks: readonly DirectedLink[];
}

/**
 * Chooses a group's links. The choice depends on the members' names and zones only, not on their order, so every member
 * and the operator come to the same result on their own.
 *
 * *Guarantees* for `Sampled {degree}` with n members: every member has exactly min(degree, n − 1) targets and as many
 * askers; when one member joins or leaves, at most 3 × degree links come or go.
 *
 * *How*: names are put on a circle in the order of their hashes, and each pings the `degree` next ones. That makes in-
 * and out-degree equal by construction. A member that joins between two others gets `degree` links out and `degree` in,
 * and each of its `degree` predecessors gives up its farthest target, which is now one too far away.
 *
 * *Caveat*: zone links come on top, at most one for each ordered pair of zones, and are not part of the 3 × degree.
 */
export function selectPeers(members: readonly Member[], topology: Topology): PeerSelection {
  switch (topology.type) {
    case 'None':
      return { targetsOf: () => [], askersOf: () => [], zoneLinks: [] };
    case 'FullMesh':
      return fullMesh(members);
    case 'Ring':
      return new Circle(members.map(({ name }) => name).sort(), 1);
    case 'Sampled': {
      const ordered = orderByHash(members);
      const names = ordered.map(({ name }) => name);
      return new Circle(names, topology.degree, uncoveredZones(ordered, topology.degree));
    }
  }
}

function fullMesh(members: readonly Member[]): PeerSelection {
  const names = members.map(({ name }) => name);
  const othersOf = (name: string) => (names.includes(name) ? names.filter((other) => other !== name) : []);
  return { targetsOf: othersOf, askersOf: othersOf, zoneLinks: [] };
}

/** Members on a circle, each of which pings the `degree` next ones. */
class Circle implements PeerSelection {
  readonly zoneLinks: readonly DirectedLink[];
  readonly #names: readonly string[];
  readonly #positions: ReadonlyMap<string, number>;
  readonly #degree: number;

  constructor(names: readonly string[], degree: number, zoneLinks: readonly DirectedLink[] = []) {
    this.zoneLinks = zoneLinks;
    this.#names = names;
    this.#positions = new Map(names.map((name, i) => [name, i]));
    this.#degree = Math.min(degree, names.length - 1);
  }

  targetsOf(name: string): string[] {
    return [...this.#walk(name, 1), ...this.zoneLinks.filter(({ from }) => from === name).map(({ to }) => to)];
  }

  askersOf(name: string): string[] {
    return [...this.#walk(name, -1), ...this.zoneLinks.filter(({ to }) => to === name).map(({ from }) => from)];
  }

  #walk(name: string, step: 1 | -1): string[] {
    const position = this.#positions.get(name);
    if (position === undefined) return [];
    const { length } = this.#names;
    return Array.from({ length: this.#degree }, (_, i) => this.#names[(position + step * (i + 1) + length) % length]!);
  }
}

function orderByHash(members: readonly Member[]): Member[] {
  const hashed = members.map((member) => ({ member, hash: contentHash(member.name) }));
  hashed.sort((a, b) => compare(a.hash, b.hash) || compare(a.member.name, b.member.name));
  return hashed.map(({ member }) => member);
}

/** One link between the first members of every ordered pair of zones that the circle leaves without any. */
function uncoveredZones(ordered: readonly Member[], degree: number): DirectedLink[] {
  const firsts = new Map<string, string>();
  for (const { name, zone } of ordered) if (zone !== undefined && !firsts.has(zone)) firsts.set(zone, name);
  const covered = new Set<string>();
  ordered.forEach(({ zone }, i) => {
    for (let step = 1; step <= Math.min(degree, ordered.length - 1); step++) {
      covered.add(JSON.stringify([zone, ordered[(i + step) % ordered.length]!.zone]));
    }
  });
  const zones = [...firsts];
  return zones.flatMap(([fromZone, from]) =>
    zones
      .filter(([toZone]) => fromZone !== toZone && !covered.has(JSON.stringify([fromZone, toZone])))
      .map(([, to]) => ({ from, to })),
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
