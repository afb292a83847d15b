import type { ExternalTarget } from '../../../constructs/external-targets.ts';
import { CONFIG_KEY } from '../../../constructs/names.ts';
import type { PeerConfigFile } from '../../../constructs/peer-config.ts';
import { certificateFault } from '../../../server/protocol/certificate-fault.ts';
import type { Peer } from '../../../server/protocol/config.ts';
import { ConfigError } from '../../../server/protocol/errors.ts';
import { readConfig } from '../../../server/protocol/read-config.ts';

/** What a peer server makes of a config: its peers, or why it would not take it. */
export interface ReadConfigResult {
  /** As the server names them in its reports; empty when it would not take the config. */
  readonly peers: readonly Pick<Peer, 'name' | 'kind'>[];
  /** In the server's own words. Undefined: every one takes it. */
  readonly fault: string | undefined;
}

/**
 * Reads a config as the peer servers do: so names of peers have one derivation, and what no server would take is known before
 * it reaches a pod. The schema of a PeerGroup can't tell that two entries stand for one peer, or that a URL has no address.
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
