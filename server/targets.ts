import type { Config, Peer } from './config/config.ts';
import { selectTargets } from './peer-selection.ts';

/** The peers that this server pings: those of its group that the topology chooses, and every other one. */
export function targetsOf({ name, peers, ping }: Config): Peer[] {
  const members = peers.filter((peer) => peer.kind === 'member').map((peer) => peer.name);
  const chosen = new Set(selectTargets([...members, name], name, ping.topology));
  return peers.filter((peer) => peer.kind === 'external' || chosen.has(peer.name));
}
