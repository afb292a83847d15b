import { clientServiceHost, peerHosts, peerName, serverNameOf } from './addresses.ts';
import { contentHash } from './content-hash.ts';
import { entryName, type PeerEntry } from './crds/peer-group/peer-entry.ts';
import { CONFIG_DIR, PING_PORT } from './names.ts';
import type { PeerConfigProps } from './peer-config-props.ts';
import type { ReferencedGroup } from './render-inputs.ts';

/** A peer in the config besides the group's own. */
export interface ExternalTarget {
  /** Unset if `url` contains a range: then each is named after the first label of its host. */
  readonly name?: string;
  readonly url: string;
  readonly serverName?: string;
  /** Path of the certificate to trust. */
  readonly acceptCert?: string;
  readonly expect?: 'Reachable' | 'Unreachable';
  /** The certificate at `acceptCert`, in PEM. */
  readonly pem?: string;
}

/** Expands the entries of `peers`. Groups that don't exist are left out. */
export function externalTargets(props: PeerConfigProps): ExternalTarget[] {
  return (props.spec.peers ?? []).flatMap((entry): ExternalTarget[] => {
    const expect = entry.expect === 'Unreachable' ? { expect: entry.expect } : {};
    if (entry.url !== undefined) return [{ ...urlPeer(entry, entry.url, props), ...expect }];
    const group = props.inputs.groups.get(entry.group ?? '');
    return group === undefined ? [] : groupPeers(entry, group, props).map((peer) => ({ ...peer, ...expect }));
  });
}

function urlPeer(entry: PeerEntry, url: string, { inputs }: Pick<PeerConfigProps, 'inputs'>): ExternalTarget {
  const name = entryName(entry);
  const pem = entry.acceptCert?.pem ?? inputs.acceptCerts.get(name);
  return { name, url, ...accept(pem) };
}

function groupPeers(
  entry: PeerEntry,
  group: ReferencedGroup,
  { namespace, clusterDomain, inputs }: Omit<PeerConfigProps, 'spec'>,
): ExternalTarget[] {
  const place = { name: entry.group ?? '', namespace, clusterDomain };
  const name = entryName(entry);
  const scheme = group.tls.mode === 'None' ? 'http' : 'https';
  const verified = scheme === 'https' && {
    serverName: serverNameOf(place),
    ...accept(group.tls.issuerRef === undefined ? inputs.caBundle : undefined),
  };
  if (entry.via !== 'Pods') return [{ name, url: `${scheme}://${clientServiceHost(place)}:${PING_PORT}`, ...verified }];
  if (group.placement === 'PerNode')
    return group.nodePeers.map(({ node, address }) => ({
      name: `${name}.${node}`,
      url: `${scheme}://${hostOf(address)}:${PING_PORT}`,
      ...verified,
    }));
  if (group.replicas === 0) return [];
  // Without a range, a peer would be named after its whole host: names must not depend on the number of peers.
  const single = group.replicas === 1 && { name: peerName(place.name, 0) };
  return [{ ...single, url: `${scheme}://${peerHosts(place, group.replicas)}:${PING_PORT}`, ...verified }];
}

/** An entry of `peers` that the config cannot contain as it was asked for. */
export interface MissingTarget {
  /** Name of the entry. */
  readonly name: string;
  /** Human-readable, without a trailing period. */
  readonly message: string;
  /** Number of links of each peer that the config lacks: at least one for a group that does not exist. */
  readonly links: 0 | 1;
}

/** Entries of `peers` that {@link externalTargets} leaves out or cannot verify. */
export function missingTargets({ spec, inputs }: Pick<PeerConfigProps, 'spec' | 'inputs'>): MissingTarget[] {
  return (spec.peers ?? []).flatMap((entry): MissingTarget[] => {
    const name = entryName(entry);
    if (entry.group !== undefined && !inputs.groups.has(entry.group))
      return [{ name, message: `peers references PeerGroup ${entry.group}, which does not exist`, links: 1 }];
    if (entry.acceptCert?.configMapKeyRef !== undefined && !inputs.acceptCerts.has(name))
      return [{ name, message: `the certificate to accept for peer ${name} does not exist`, links: 0 }];
    return [];
  });
}

/** The file is named after its content, so that a new certificate changes the config and pods are notified. */
function accept(pem: string | undefined): Pick<ExternalTarget, 'acceptCert' | 'pem'> {
  return pem === undefined ? {} : { acceptCert: `${CONFIG_DIR}/${contentHash(pem)}.crt`, pem };
}

/** Certificates that the config refers to: keys of the ConfigMap beside the config itself. */
export function acceptedCertificates(peers: readonly ExternalTarget[]): Record<string, string> {
  return Object.fromEntries(
    peers.flatMap(({ acceptCert, pem }) =>
      acceptCert === undefined || pem === undefined ? [] : [[acceptCert.slice(CONFIG_DIR.length + 1), pem]],
    ),
  );
}

function hostOf(address: string): string {
  return address.includes(':') ? `[${address}]` : address;
}
