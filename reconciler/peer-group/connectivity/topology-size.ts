import type { Topology } from '../../../server/protocol/peer-selection.ts';

/**
 * Number of links of a topology with this number of peers. Sampled may have a few more between zones, which
 * depend on where peers run.
 */
export function linksOfTopology(topology: Topology, peers: number): number {
  if (peers < 2) return 0;
  switch (topology.type) {
    case 'FullMesh':
      return peers * (peers - 1);
    case 'Ring':
      return peers;
    case 'Sampled':
      return peers * Math.min(topology.degree, peers - 1);
    case 'None':
      return 0;
  }
}
