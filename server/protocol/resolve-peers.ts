import { isIP } from 'node:net';
import type { Peer } from './config.ts';
import type { ConfigFile, ConfigFilePeer } from './config-schema.ts';
import { expandHostlist } from './hostlist.ts';
import { MAX_PEERS } from './limits.ts';
import { namePeers, shortNameOf, type UnnamedPeer } from './name-peers.ts';

const PING_PATH = '/ping';

/** Called for the first thing wrong with a peer; throws. */
export type Reject = (path: readonly PropertyKey[], reason: string) => never;

/** Turns the file's `peers` and `ponger` into one entry per peer, this server's own included. */
export function resolvePeers(file: ConfigFile, reject: Reject): Peer[] {
  const protocol = file.service?.protocol ?? 'http';
  const unnamed = (file.peers ?? []).flatMap((entry, i) => {
    const at = (reason: string, ...field: string[]): never => reject(['peers', i, ...field], reason);
    if ((entry.host === undefined) === (entry.url === undefined)) return at('requires either host or url');
    return entry.url === undefined ? resolveMembers(entry, protocol, at) : resolveExternals(entry, at);
  });
  if (file.ponger) {
    const at = (reason: string, ...field: string[]): never => reject(['ponger', ...field], reason);
    unnamed.push(resolveExternal({ name: 'ponger', expect: 'Reachable', ...file.ponger }, at));
  }
  if (unnamed.length > MAX_PEERS) reject(['peers'], `lists ${unnamed.length} peers; at most ${MAX_PEERS} are allowed`);
  const peers = namePeers(unnamed);
  rejectDuplicates(peers, reject);
  return peers;
}

type RejectField = (reason: string, ...field: string[]) => never;

/** What of a URL may hold a range, and the rest: brackets in a path or a query are just that. */
const URL_PARTS = /^([a-z]+:\/\/[^/?#]*)(.*)$/is;
/** A range, which no IPv6 address looks like. */
const RANGE = /\[[\d,-]*\]/;

/** One peer, or with a range in the URL's host or port one for each, called by its host's first label or address. */
function resolveExternals(entry: ConfigFilePeer, at: RejectField): UnnamedPeer[] {
  const [, hosts = '', rest = ''] = URL_PARTS.exec(entry.url!) ?? [];
  if (!RANGE.test(hosts)) return [resolveExternal(entry, at)];
  if (entry.name !== undefined) at('is only allowed for a single host, not for a range', 'name');
  return expand(hosts, at, 'url').map((host) => {
    const peer = resolveExternal({ ...entry, url: `${host}${rest}` }, at);
    return { ...peer, shortName: shortNameOf(peer.host) };
  });
}

function expand(hostlist: string, at: RejectField, field: string): string[] {
  try {
    return expandHostlist(hostlist, MAX_PEERS);
  } catch (error) {
    return at((error as Error).message, field);
  }
}

function resolveMembers(entry: ConfigFilePeer, protocol: Peer['protocol'], at: RejectField): UnnamedPeer[] {
  const hosts = expand(entry.host!, at, 'host');
  if (entry.name !== undefined && hosts.length > 1) at('is only allowed for a single host, not for a range', 'name');
  const port = entry.port ?? at('is required', 'port');
  if (entry.acceptCert !== undefined && protocol !== 'https') at('requires service.protocol: https', 'acceptCert');
  return hosts.map((host) => {
    if (isIP(host) === 0 && !isHostName(host)) at(`"${host}" is neither a host name nor an address`, 'host');
    const address = `${isIP(host) === 6 ? `[${host}]` : withoutTail(host)}:${port}`;
    return {
      ...common(entry),
      shortName: shortNameOf(host),
      kind: 'member' as const,
      protocol,
      host,
      port,
      path: PING_PATH,
      url: `${protocol}://${address}${PING_PATH}`,
    };
  });
}

function resolveExternal(entry: ConfigFilePeer, at: RejectField): UnnamedPeer {
  if (entry.port !== undefined) at('must be part of the url', 'port');
  const url = tryParseUrl(entry.url!);
  if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    return at('must be an absolute http:// or https:// URL', 'url');
  }
  if (url.username !== '' || url.password !== '') at('must not contain a user name or password', 'url');
  const protocol = url.protocol === 'https:' ? 'https' : 'http';
  if (entry.acceptCert !== undefined && protocol !== 'https') at('requires an https:// url', 'acceptCert');
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  if (url.port === '0') at('must not use port 0', 'url');
  const path = (hasPath(entry.url!, url) ? url.pathname : PING_PATH) + url.search;
  const port = Number(url.port || (protocol === 'https' ? 443 : 80));
  return {
    ...common(entry),
    shortName: withoutTail(url.host),
    kind: 'external' as const,
    protocol,
    host,
    port,
    path,
    url: `${protocol}://${url.hostname.replace(/\.$/, '')}${url.port === '' ? '' : `:${url.port}`}${path}`,
  };
}

/** A URL of which the path was left out reads as `/` once it is parsed; a `/` before a query was written on purpose. */
function hasPath(text: string, { pathname, search }: URL): boolean {
  if (pathname !== '/') return true;
  return search !== '' && URL_PARTS.exec(text)?.[2]?.startsWith('/') === true;
}

function common(
  entry: ConfigFilePeer,
): Pick<UnnamedPeer, 'name' | 'expect' | 'node' | 'zone' | 'serverName' | 'acceptCert'> {
  return {
    expect: entry.expect,
    ...(entry.name !== undefined && { name: entry.name }),
    ...(entry.node !== undefined && { node: entry.node }),
    ...(entry.zone !== undefined && { zone: entry.zone }),
    ...(entry.serverName !== undefined && { serverName: entry.serverName }),
    ...(entry.acceptCert !== undefined && { acceptCert: entry.acceptCert }),
  };
}

function rejectDuplicates(peers: readonly Peer[], reject: Reject): void {
  const seen = new Set<string>();
  for (const { name, url } of peers) {
    if (seen.has(name)) reject(['peers'], `has two peers named ${name} (${url}); give one of them another name`);
    seen.add(name);
  }
}

/** A host name of RFC 1123 (underscores allowed, as resolvers do), absolute or not. */
function isHostName(host: string): boolean {
  return (
    host.length <= 254 &&
    /^[a-z0-9_]([-a-z0-9_]{0,61}[a-z0-9_])?(\.[a-z0-9_]([-a-z0-9_]{0,61}[a-z0-9_])?)*\.?$/i.test(host)
  );
}

function withoutTail(host: string): string {
  return host.replace(/\.(?=:\d+$|$)/, '');
}

function tryParseUrl(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined;
}
