import type { ExternalTarget } from '../../../constructs/external-targets.ts';
import { CONFIG_KEY } from '../../../constructs/names.ts';
import type { PeerConfigFile } from '../../../constructs/peer-config.ts';
import { certificateFault } from '../../../server/protocol/certificate-fault.ts';
import type { Peer } from '../../../server/protocol/config.ts';
import { ConfigError } from '../../../server/protocol/errors.ts';
import { readConfig } from '../../../server/protocol/read-config.ts';

/** How a peer server reads a config: its peers, or why it would reject the config. */
export interface ReadConfigResult {
  /** Named as in the server's reports; empty if it would reject the config. */
  readonly peers: readonly Pick<Peer, 'name' | 'kind'>[];
  /** The server's message; undefined if it would accept the config. */
  readonly fault: string | undefined;
}

/**
 * Reads a config as the peer servers do, so that names of peers are derived in one place and a config that every server would reject is
 * found before it reaches a pod. The schema of a PeerGroup cannot detect two entries for one peer, or a URL without an address.
 */
export function readPeerConfig(config: PeerConfigFile, others: readonly ExternalTarget[]): ReadConfigResult {
  let peers: ReadConfigResult['peers'];
  try {
    peers = readConfig(config, CONFIG_KEY, '').peers;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const [list, index] = error.path;
    const entry = list === 'peers' && typeof index === 'number' ? config.peers[index] : undefined;
    const where = entry === undefined ? '' : ` (peer ${entry.name ?? entry.host ?? entry.url})`;
    return { peers: [], fault: `${error.message}${where}` };
  }
  for (const [pem, name] of new Map(others.map((other) => [other.pem, other.name]))) {
    const fault = pem === undefined ? undefined : certificateFault(pem);
    if (fault !== undefined) return { peers, fault: `acceptCert of peer ${name} is not a PEM certificate (${fault})` };
  }
  return { peers, fault: undefined };
}
