import { Resolver } from 'node:dns/promises';
import { readFileSync, statSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { parseHostsFile } from './hosts-file.ts';
import { type Address, NameResolver } from './resolver.ts';
import { parseSearchList } from './search-list.ts';

const RESOLV_CONF = '/etc/resolv.conf';
/** c-ares: first try's milliseconds, and number of tries per server. */
const QUERY = { timeout: 1_500, tries: 2 };

/** A resolver with this machine's DNS servers, search domains and hosts file. */
export function createSystemResolver(): NameResolver {
  const resolver = new Resolver(QUERY);
  return new NameResolver({
    query: (name, family) =>
      family === 4 ? resolver.resolve4(name, { ttl: true }) : resolver.resolve6(name, { ttl: true }),
    searchList: parseSearchList(readIfThere(RESOLV_CONF)),
    hosts: hostsFileReader(hostsFilePath()),
    families: machineFamilies,
    now: () => performance.now(),
  });
}

/** Reads the file again only when its modification time has changed; it is asked for at most once per uncached name. */
function hostsFileReader(path: string): () => ReadonlyMap<string, readonly Address[]> {
  let modified = 0;
  let hosts = parseHostsFile('');
  return () => {
    const found = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
    if (found !== modified) {
      modified = found;
      hosts = parseHostsFile(readIfThere(path));
    }
    return hosts;
  };
}

function hostsFilePath(): string {
  if (process.platform !== 'win32') return '/etc/hosts';
  return join(process.env.SystemRoot ?? 'C:\\Windows', 'System32/drivers/etc/hosts');
}

/** As getaddrinfo's AI_ADDRCONFIG: a family counts when the machine has an address of it beside loopback and link-local. */
function machineFamilies(): readonly (4 | 6)[] {
  const outer = Object.values(networkInterfaces()).flatMap((list) => list?.filter((entry) => !entry.internal) ?? []);
  const hasV6 = outer.some(({ family, address }) => family === 'IPv6' && !address.startsWith('fe80:'));
  const hasV4 = outer.some(({ family }) => family === 'IPv4');
  return hasV4 === hasV6 ? [4, 6] : hasV4 ? [4] : [6];
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
