import { MAX_REPLICAS } from '../../constructs/limits.ts';

/** What config files and reports may hold: the peer, the operator and the tests have these numbers from here. */

/** The most peers that one config may name, ranges expanded: four times the largest PeerGroup. */
export const MAX_PEERS = 4 * MAX_REPLICAS;

/** Characters of a failure's reason that a report can carry; a target has a say in what it is. */
export const MAX_REASON = 300;

/** Percent of lost pings in five minutes that make a link Down, unless the config says otherwise. */
export const DEFAULT_LOSS_THRESHOLD = 25;
