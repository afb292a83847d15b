/** Bounds of PeerGroups and of the config files of peers: the CRD, the operator and the peer have them from here. */

/** Peers of a group. */
export const MAX_REPLICAS = 5000;

/** Peers of a group with topology FullMesh, which has replicas² links. */
export const MAX_FULL_MESH = 500;

/** Other peers that each peer of a group with topology Sampled pings. */
export const MAX_DEGREE = 100;

/** Bounds of a duration, both inclusive, in Go's notation. */
export interface DurationBounds {
  readonly min: string;
  readonly max: string;
}

/** From one ping of a link to the next. */
export const INTERVAL: DurationBounds = { min: '100ms', max: '24h' };

/** How long a ping may take. */
export const TIMEOUT: DurationBounds = { min: '1ms', max: '24h' };
