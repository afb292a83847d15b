import type { Clock } from '../time/clock.ts';
import { candidateNames, type SearchList } from './search-list.ts';

export interface Address {
  readonly address: string;
  readonly family: 4 | 6;
}

/** One DNS question, as node:dns's Resolver answers it with `ttl: true`. Rejects with a code such as ENOTFOUND. */
export type Query = (name: string, family: 4 | 6) => Promise<{ readonly address: string; readonly ttl: number }[]>;

/** What is known of a name. */
export interface Resolution {
  /** At least one, IPv4 first. */
  readonly addresses: readonly Address[];
  /** Why there may be more: the question for one family failed, or has not been answered yet. */
  readonly incomplete?: NodeJS.ErrnoException;
}

export interface ResolverSources {
  readonly query: Query;
  readonly searchList: SearchList;
  /** Names of the hosts file, which go before DNS; read again when the file changes. */
  readonly hosts: () => ReadonlyMap<string, readonly Address[]>;
  /** Families of which this machine has an address: there is no use in asking for others. */
  readonly families: () => readonly (4 | 6)[];
  /** The same, loopback included: no other address can be connected to. */
  readonly localFamilies: () => readonly (4 | 6)[];
  readonly clock: Pick<Clock, 'now' | 'setTimeout'>;
}

/** Names are kept for their TTL, but no longer than this. Milliseconds. */
const MAX_TTL = 5_000;
const MAX_ENTRIES = 20_000;
/** How long the addresses of one family wait for the other's (RFC 8305, Resolution Delay). Milliseconds. */
const RESOLUTION_DELAY = 50;
const LOOPBACK: readonly Address[] = [
  { address: '127.0.0.1', family: 4 },
  { address: '::1', family: 6 },
];
/** This candidate doesn't exist, or has no address of this family. Anything else (timeout, SERVFAIL) leaves that open. */
const NO_SUCH_NAME = new Set(['ENOTFOUND', 'ENODATA']);

/**
 * Resolves names over c-ares, which asks the network from the event loop, where getaddrinfo would occupy one of libuv's
 * four threads: a DNS server that doesn't answer for one name holds up no other. What getaddrinfo does beside asking is
 * done here: hosts file, `localhost` (RFC 6761), search domains.
 */
export class NameResolver {
  readonly #sources: ResolverSources;
  readonly #cache = new Map<string, Resolution & { readonly expires: number }>();
  readonly #asking = new Map<string, Asking>();

  constructor(sources: ResolverSources) {
    this.#sources = sources;
  }

  /**
   * @param everything wait until both families are answered; else addresses of one family wait for the other's only for a moment
   * @returns rejects with an error whose code is as c-ares calls it
   */
  async resolve(name: string, everything = false): Promise<Resolution> {
    const cached = this.#cache.get(name);
    if (cached && cached.expires > this.#sources.clock.now()) return cached;
    const { early, whole } = this.#asking.get(name) ?? this.#ask(name);
    return everything ? whole : early;
  }

  #ask(name: string): Asking {
    let tellEarly: (resolution: Resolution) => void = () => {};
    const partial = new Promise<Resolution>((resolve) => {
      tellEarly = resolve;
    });
    const whole = this.#find(name, tellEarly).finally(() => this.#asking.delete(name));
    const asking = { whole, early: Promise.race([whole, partial]) };
    this.#asking.set(name, asking);
    // Whoever asked may wait for the other one only.
    whole.catch(() => {});
    asking.early.catch(() => {});
    return asking;
  }

  async #find(name: string, tellEarly: (resolution: Resolution) => void): Promise<Resolution> {
    const plain = name.replace(/\.$/, '').toLowerCase();
    const isLoopback = plain === 'localhost' || plain.endsWith('.localhost');
    const known = this.#sources.hosts().get(plain) ?? (isLoopback ? LOOPBACK : undefined);
    if (known) return { addresses: this.#connectable(known) };
    let failure: NodeJS.ErrnoException | undefined;
    for (const candidate of candidateNames(name, this.#sources.searchList)) {
      const { addresses, ttlMs, error } = await this.#askAllFamilies(candidate, tellEarly);
      if (addresses.length > 0) {
        const resolution = { addresses, ...(error && { incomplete: error }) };
        this.#remember(name, resolution, ttlMs);
        return resolution;
      }
      // As glibc's: the next search domain may answer; if none does, it is not certain that the name does not exist.
      failure ??= error;
    }
    throw failure ?? noSuchName(name);
  }

  /** Those of families that this machine speaks, or all if it speaks none of them. */
  #connectable(addresses: readonly Address[]): readonly Address[] {
    if (addresses.length === 1) return addresses;
    const families = this.#sources.localFamilies();
    const found = addresses.filter(({ family }) => families.includes(family));
    return found.length > 0 ? found : addresses;
  }

  async #askAllFamilies(name: string, tellEarly: (resolution: Resolution) => void): Promise<Answers> {
    const families = this.#sources.families();
    const answers: Answers = { addresses: [], ttlMs: MAX_TTL };
    let isWhole = false;
    const ask = async (family: 4 | 6): Promise<void> => {
      try {
        const records = await this.#sources.query(name, family);
        answers.addresses.push(...records.map(({ address }) => ({ address, family })));
        answers.addresses.sort((a, b) => a.family - b.family);
        for (const { ttl } of records) answers.ttlMs = Math.min(answers.ttlMs, ttl * 1_000);
        if (records.length === 0 || families.length === 1) return;
        this.#sources.clock.setTimeout(() => {
          if (!isWhole) tellEarly({ addresses: [...answers.addresses], incomplete: unanswered(name) });
        }, RESOLUTION_DELAY);
      } catch (error) {
        const failure = error as NodeJS.ErrnoException;
        if (!NO_SUCH_NAME.has(failure.code ?? '')) answers.error ??= failure;
      }
    };
    await Promise.all(families.map(ask));
    isWhole = true;
    return answers;
  }

  #remember(name: string, resolution: Resolution, ttlMs: number): void {
    this.#cache.delete(name);
    this.#cache.set(name, { ...resolution, expires: this.#sources.clock.now() + ttlMs });
    if (this.#cache.size > MAX_ENTRIES) this.#cache.delete(this.#cache.keys().next().value!);
  }
}

/** A question under way: what is known a moment after the first addresses, and what is known in the end. */
interface Asking {
  readonly early: Promise<Resolution>;
  readonly whole: Promise<Resolution>;
}

interface Answers {
  readonly addresses: Address[];
  ttlMs: number;
  /** Why one family's addresses are not known. */
  error?: NodeJS.ErrnoException;
}

function noSuchName(name: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`no address for ${name}`), { code: 'ENOTFOUND' });
}

function unanswered(name: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`not all queries for ${name} were answered`), { code: 'ETIMEOUT' });
}
