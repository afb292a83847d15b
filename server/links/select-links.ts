import type { Config, Peer } from '../protocol/config.ts';
import { selectPeers } from '../protocol/peer-selection.ts';

/** The links of this server, by its config. */
export interface SelectedLinks {
  /** The peers to ping: those of the group that the topology chooses, and every other one. */
  readonly targets: readonly Peer[];
  /** Names of the members that should ping this server. */
  readonly sources: readonly string[];
}

export function selectLinks({ name, zone, peers, ping }: Config): SelectedLinks {
  const others = peers.filter((peer) => peer.kind === 'member');
  const selection = selectPeers([...others, { name, zone }], ping.topology);
  const chosen = new Set(selection.targetsOf(name));
  return {
    targets: peers.filter((peer) => peer.kind === 'external' || chosen.has(peer.name)),
    sources: selection.askersOf(name),
  };
}
