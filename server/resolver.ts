import type { LookupFunction } from 'node:net';
import { candidateNames, type SearchList } from './search-list.ts';

export interface Address {
  readonly address: string;
  readonly family: 4 | 6;
}

/** One DNS question, as node:dns's Resolver answers it with `ttl: true`. Rejects with a code such as ENOTFOUND. */
export type Query = (name: string, family: 4 | 6) => Promise<{ readonly address: string; readonly ttl: number }[]>;

export interface ResolverSources {
  readonly query: Query;
  readonly searchList: SearchList;
  /** Names of the hosts file, which go before DNS; read again when the file changes. */
  readonly hosts: () => ReadonlyMap<string, readonly Address[]>;
  /** Families of which this machine has an address: there is no use in asking for others. */
  readonly families: () => readonly (4 | 6)[];
  /** Monotonic milliseconds. */
  readonly now: () => number;
}

/** Names are kept for their TTL, but no longer than this. Milliseconds. */
const MAX_TTL = 5_000;
const MAX_ENTRIES = 20_000;
const LOOPBACK: readonly Address[] = [
  { address: '127.0.0.1', family: 4 },
  { address: '::1', family: 6 },
];
/** This candidate doesn't exist, which is a reason to try the next. Anything else (timeout, SERVFAIL) is a failure. */
const NO_SUCH_NAME = new Set(['ENOTFOUND', 'ENODATA']);

/**
 * Resolves names over c-ares, which asks the network from the event loop, where getaddrinfo would occupy one of libuv's
 * four threads: a DNS server that doesn't answer for one name holds up no other. What getaddrinfo does beside asking is
 * done here: hosts file, `localhost` (RFC 6761), search domains.
 */
export class NameResolver {
  readonly #sources: ResolverSources;
  readonly #cache = new Map<string, { readonly addresses: readonly Address[]; readonly expires: number }>();
  readonly #asking = new Map<string, Promise<readonly Address[]>>();

  constructor(sources: ResolverSources) {
    this.#sources = sources;
  }

  /** In the form in which net.connect takes it. */
  readonly lookup: LookupFunction = (hostname, options, callback) => {
    this.resolve(hostname).then(
      (all) => {
        const wanted = options.family === 4 || options.family === 'IPv4' ? 4 : options.family ? 6 : undefined;
        const addresses = all.filter(({ family }) => wanted === undefined || family === wanted);
        if (addresses.length === 0) callback(noSuchName(hostname), []);
        else if (options.all) callback(null, [...addresses]);
        else callback(null, addresses[0]!.address, addresses[0]!.family);
      },
      (error: NodeJS.ErrnoException) => callback(error, []),
    );
  };

  /** @returns at least one address, IPv4 first; rejects with an error whose code is as c-ares calls it */
  async resolve(name: string): Promise<readonly Address[]> {
    const cached = this.#cache.get(name);
    if (cached && cached.expires > this.#sources.now()) return cached.addresses;
    const asking = this.#asking.get(name);
    if (asking) return asking;
    const answer = this.#ask(name).finally(() => this.#asking.delete(name));
    this.#asking.set(name, answer);
    return answer;
  }

  async #ask(name: string): Promise<readonly Address[]> {
    const plain = name.replace(/\.$/, '').toLowerCase();
    const fromHosts = this.#sources.hosts().get(plain);
    if (fromHosts) return fromHosts;
    if (plain === 'localhost' || plain.endsWith('.localhost')) return LOOPBACK;
    for (const candidate of candidateNames(name, this.#sources.searchList)) {
      const { addresses, ttlMs } = await this.#askBothFamilies(candidate);
      if (addresses.length === 0) continue;
      this.#remember(name, addresses, ttlMs);
      return addresses;
    }
    throw noSuchName(name);
  }

  async #askBothFamilies(name: string): Promise<{ addresses: Address[]; ttlMs: number }> {
    const families = this.#sources.families();
    const answers = await Promise.allSettled(families.map((family) => this.#sources.query(name, family)));
    const addresses: Address[] = [];
    let ttlMs = MAX_TTL;
    answers.forEach((answer, i) => {
      if (answer.status === 'rejected') return;
      for (const { address, ttl } of answer.value) {
        addresses.push({ address, family: families[i]! });
        ttlMs = Math.min(ttlMs, ttl * 1_000);
      }
    });
    if (addresses.length > 0) return { addresses, ttlMs };
    for (const answer of answers) {
      if (answer.status === 'rejected' && !NO_SUCH_NAME.has(answer.reason.code)) throw answer.reason;
    }
    return { addresses, ttlMs };
  }

  #remember(name: string, addresses: readonly Address[], ttlMs: number): void {
    this.#cache.delete(name);
    this.#cache.set(name, { addresses, expires: this.#sources.now() + ttlMs });
    if (this.#cache.size > MAX_ENTRIES) this.#cache.delete(this.#cache.keys().next().value!);
  }
}

function noSuchName(name: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`no address for ${name}`), { code: 'ENOTFOUND' });
}
