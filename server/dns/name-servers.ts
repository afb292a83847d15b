import { Resolver } from 'node:dns/promises';

/** c-ares: first try's milliseconds, and number of tries per server. */
const QUERY = { timeout: 1_500, tries: 2 };
/** What the system's resolver uses of them (resolv.conf(5)). */
const MAX_SERVERS = 3;
/** There is no name server: none is named, and none answers on this machine, where one is looked for then. */
export const NO_NAME_SERVER = 'NO_NAME_SERVER';

/** Asks the name servers of a resolv.conf; without any, one on this machine, as the system's resolver does. */
export class NameServers {
  readonly #resolver = new Resolver(QUERY);
  readonly #isNamed: boolean;

  constructor(resolvConf: string) {
    const servers = parseNameServers(resolvConf).filter((server) => isServer(server));
    this.#isNamed = servers.length > 0;
    this.#resolver.setServers(this.#isNamed ? servers : ['127.0.0.1']);
  }

  /** Rejects with a code such as ENOTFOUND, or {@link NO_NAME_SERVER}. */
  async query(name: string, family: 4 | 6): Promise<{ readonly address: string; readonly ttl: number }[]> {
    try {
      return await (family === 4
        ? this.#resolver.resolve4(name, { ttl: true })
        : this.#resolver.resolve6(name, { ttl: true }));
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (!this.#isNamed && code === 'ECONNREFUSED') Object.assign(error as Error, { code: NO_NAME_SERVER });
      throw error;
    }
  }
}

/** The addresses after `nameserver`, as they are written. */
export function parseNameServers(resolvConf: string): string[] {
  const lines = resolvConf.split('\n').map((line) => line.trim().split(/\s+/));
  return lines
    .flatMap(([keyword, server]) => (keyword === 'nameserver' && server !== undefined ? [server] : []))
    .slice(0, MAX_SERVERS);
}

function isServer(text: string): boolean {
  try {
    new Resolver().setServers([text]);
    return true;
  } catch {
    return false;
  }
}
