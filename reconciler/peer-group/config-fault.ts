import { CONFIG_KEY } from '../../constructs/names.ts';
import type { OtherPeer } from '../../constructs/other-peers.ts';
import type { PeerConfigFile } from '../../constructs/peer-config.ts';
import { certificateFault } from '../../server/config/certificate-fault.ts';
import { ConfigError } from '../../server/config/errors.ts';
import { readConfig } from '../../server/config/parse.ts';

/**
 * Why no peer server would take this config, in its own words: the schema of a PeerGroup can't tell that two entries stand for
 * one peer, or that a URL has no address. Undefined: every one takes it.
 */
export function configFault(config: PeerConfigFile, others: readonly OtherPeer[]): string | undefined {
  try {
    readConfig(config, CONFIG_KEY, '');
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const [list, index] = error.path;
    const entry = list === 'peers' && typeof index === 'number' ? config.peers[index] : undefined;
    return entry === undefined ? error.message : `${error.message} (peer ${entry.name ?? entry.host ?? entry.url})`;
  }
  for (const [pem, name] of new Map(others.map((other) => [other.pem, other.name]))) {
    const fault = pem === undefined ? undefined : certificateFault(pem);
    if (fault !== undefined) return `acceptCert of peer ${name} is no PEM certificate (${fault})`;
  }
  return undefined;
}
