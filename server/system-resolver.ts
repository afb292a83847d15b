import { Resolver } from 'node:dns/promises';
import { closeSync, openSync, readFileSync, statSync } from 'node:fs';
import { type NetworkInterfaceInfo, networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { type Clock, systemClock } from './clock.ts';
import { parseHostsFile } from './hosts-file.ts';
import { type Address, NameResolver } from './resolver.ts';
import { parseSearchList } from './search-list.ts';

const RESOLV_CONF = '/etc/resolv.conf';
/** How long the machine's interfaces are taken for what they were: asking for them costs more than a ping. Milliseconds. */
const INTERFACES_FOR = 1_000;
/** c-ares: first try's milliseconds, and number of tries per server. */
const QUERY = { timeout: 1_500, tries: 2 };

/** A resolver with this machine's DNS servers, search domains and hosts file. */
export function createSystemResolver(clock: Clock = systemClock): NameResolver {
  const resolver = new Resolver(QUERY);
  const addresses = interfaceReader(clock);
  return new NameResolver({
    query: (name, family) =>
      (family === 4 ? resolver.resolve4(name, { ttl: true }) : resolver.resolve6(name, { ttl: true })).catch(
        (error: NodeJS.ErrnoException) => {
          throw error.code === 'ECONNREFUSED' ? (descriptorError() ?? error) : error;
        },
      ),
    searchList: parseSearchList(tryRead(RESOLV_CONF) ?? ''),
    hosts: hostsFileReader(hostsFilePath()),
    families: () => outerFamilies(addresses()),
    localFamilies: () => allFamilies(addresses()),
    clock,
  });
}

/** c-ares says ECONNREFUSED when no server can be reached, and when it gets no file descriptor for its question. */
function descriptorError(): NodeJS.ErrnoException | undefined {
  try {
    closeSync(openSync(process.platform === 'win32' ? process.execPath : '/dev/null', 'r'));
    return undefined;
  } catch (error) {
    return error as NodeJS.ErrnoException;
  }
}

/** Reads the file again only when its modification time has changed; it is asked for at most once per uncached name. */
function hostsFileReader(path: string): () => ReadonlyMap<string, readonly Address[]> {
  let modified = 0;
  let hosts = parseHostsFile('');
  return () => {
    const found = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
    if (found === modified) return hosts;
    const text = tryRead(path);
    // Without a descriptor to read it what it said is better than nothing.
    if (text === undefined && found !== 0) return hosts;
    modified = found;
    hosts = parseHostsFile(text ?? '');
    return hosts;
  };
}

function hostsFilePath(): string {
  if (process.platform !== 'win32') return '/etc/hosts';
  return join(process.env.SystemRoot ?? 'C:\\Windows', 'System32/drivers/etc/hosts');
}

/** As getaddrinfo's AI_ADDRCONFIG: a family counts when the machine has an address of it beside loopback and link-local. */
function outerFamilies(addresses: readonly NetworkInterfaceInfo[]): readonly (4 | 6)[] {
  const outer = addresses.filter((entry) => !entry.internal);
  const hasV6 = outer.some(({ family, address }) => family === 'IPv6' && !address.startsWith('fe80:'));
  const hasV4 = outer.some(({ family }) => family === 'IPv4');
  return hasV4 === hasV6 ? [4, 6] : hasV4 ? [4] : [6];
}

/** Families of which the machine has any address, loopback included. */
function allFamilies(addresses: readonly NetworkInterfaceInfo[]): readonly (4 | 6)[] {
  return ([4, 6] as const).filter((family) => addresses.some((entry) => entry.family === `IPv${family}`));
}

/** Asking takes a descriptor; without one the last answer has to do. */
function interfaceReader(clock: Clock): () => readonly NetworkInterfaceInfo[] {
  let known: readonly NetworkInterfaceInfo[] = [];
  let readAt = Number.NEGATIVE_INFINITY;
  return () => {
    if (clock.now() - readAt < INTERFACES_FOR) return known;
    readAt = clock.now();
    try {
      known = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
    } catch {}
    return known;
  };
}

function tryRead(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
