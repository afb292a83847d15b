import { closeSync, openSync } from 'node:fs';
import { type NetworkInterfaceInfo, networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { type Clock, systemClock } from '../time/clock.ts';
import { followFile } from './followed-file.ts';
import { parseHostsFile } from './hosts-file.ts';
import { NameServers, NO_NAME_SERVER } from './name-servers.ts';
import { NameResolver } from './resolver.ts';
import { parseSearchList } from './search-list.ts';

const RESOLV_CONF = '/etc/resolv.conf';
/** How long the machine's interfaces are taken for what they were: asking for them costs more than a ping. Milliseconds. */
const INTERFACES_FOR = 1_000;

/** A resolver with this machine's DNS servers, search domains and hosts file, as these files say at the time. */
export function createSystemResolver(clock: Clock = systemClock, resolvConf = RESOLV_CONF): NameResolver {
  const dns = followFile(resolvConf, (text) => ({ servers: new NameServers(text), searchList: parseSearchList(text) }));
  const addresses = interfaceReader(clock);
  return new NameResolver({
    query: (name, family) =>
      dns()
        .servers.query(name, family)
        .catch((error: NodeJS.ErrnoException) => {
          const isUnreachable = error.code === 'ECONNREFUSED' || error.code === NO_NAME_SERVER;
          throw isUnreachable ? (descriptorError() ?? error) : error;
        }),
    get searchList() {
      return dns().searchList;
    },
    hosts: followFile(hostsFilePath(), parseHostsFile),
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
