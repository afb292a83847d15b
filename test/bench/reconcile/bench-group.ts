import { renderPeerGroup } from '../../../constructs/peer-group.ts';
import type { ApplyConfiguration } from '../../../reconciler/kube/object.ts';

/** The children of a group as the benchmark creates them: no pods, so that writing is all there is. */
export function renderBenchGroup(name: string, namespace: string): ApplyConfiguration[] {
  const context = { image: 'rollcall:test', clusterDomain: 'cluster.local' };
  return renderPeerGroup({ metadata: { name, namespace }, spec: { replicas: 0 } }, context) as ApplyConfiguration[];
}
