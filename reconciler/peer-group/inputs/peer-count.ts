import type { CompletePeerGroupSpec } from '../../../constructs/crds/peer-group.ts';
import type { RenderInputs } from '../../../constructs/render-inputs.ts';
import { MAX_PEERS } from '../../../server/protocol/limits.ts';
import type { Problem } from '../problem.ts';

/**
 * Whether a config would have too many targets. They are counted before anything is expanded, because one entry
 * of `peers` may stand for thousands.
 */
export function tooManyPeers(
  spec: CompletePeerGroupSpec,
  { nodePeers: members, groups }: Pick<RenderInputs, 'nodePeers' | 'groups'>,
): Problem | undefined {
  let count = spec.placement === 'PerNode' ? members.length : spec.replicas;
  for (const { group, via } of spec.peers ?? []) {
    const other = via === 'Pods' && group !== undefined ? groups.get(group) : undefined;
    if (other === undefined) count++;
    else count += other.placement === 'PerNode' ? other.nodePeers.length : other.replicas;
  }
  if (count <= MAX_PEERS) return undefined;
  const message = `each peer would have ${count} targets, but at most ${MAX_PEERS} are supported: use via Service or fewer entries in peers`;
  return { reason: 'TooManyPeers', message };
}
