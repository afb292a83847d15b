/** What resolv.conf says about names that aren't absolute (resolv.conf(5)). */
export interface SearchList {
  readonly domains: readonly string[];
  /** A name with at least this many dots is tried as it is before the search domains. */
  readonly ndots: number;
}

const MAX_NDOTS = 15;

/** Reads `search`, `domain` and `options ndots` of a resolv.conf; the last one of each counts, as in the resolver. */
export function parseSearchList(resolvConf: string): SearchList {
  let domains: string[] = [];
  let ndots = 1;
  for (const line of resolvConf.split('\n')) {
    const [keyword, ...values] = line.trim().split(/\s+/);
    if (keyword === 'search' || keyword === 'domain') domains = values.map((value) => value.replace(/\.$/, ''));
    if (keyword === 'options') {
      for (const value of values) {
        const match = /^ndots:(\d+)$/.exec(value);
        if (match) ndots = Math.min(Number(match[1]), MAX_NDOTS);
      }
    }
  }
  return { domains: domains.filter((domain) => domain !== ''), ndots };
}

/** The absolute names that a name may stand for, in the order in which to ask for them. */
export function candidateNames(name: string, { domains, ndots }: SearchList): string[] {
  if (name.endsWith('.')) return [name.slice(0, -1)];
  const searched = domains.map((domain) => `${name}.${domain}`);
  const dots = name.split('.').length - 1;
  return dots >= ndots ? [name, ...searched] : [...searched, name];
}
