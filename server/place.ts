import type { Config, Peer } from './config/config.ts';
import { selectPeers } from './peer-selection.ts';

/** What a config makes of this server's place in its group. */
export interface Place {
  /** The peers to ping: those of the group that the topology chooses, and every other one. */
  readonly targets: readonly Peer[];
  /** Names of the members that should ping this server. */
  readonly askers: readonly string[];
}

export function placeOf({ name, zone, peers, ping }: Config): Place {
  const others = peers.filter((peer) => peer.kind === 'member');
  const selection = selectPeers([...others, { name, zone }], ping.topology);
  const chosen = new Set(selection.targetsOf(name));
  return {
    targets: peers.filter((peer) => peer.kind === 'external' || chosen.has(peer.name)),
    askers: selection.askersOf(name),
  };
}
