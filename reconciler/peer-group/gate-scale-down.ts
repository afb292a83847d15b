import type { PeerGroupContext } from './context.ts';
import { statefulSetOf } from './lookups.ts';
import type { RenderedGroup } from './render.ts';
import { decideScaleDown, type ScaleDownDecision } from './scale-down.ts';

/** Number of replicas that the StatefulSet may be given now; see {@link decideScaleDown}. */
export function gateScaleDown(
  key: string,
  { replicas, configHash }: RenderedGroup,
  context: PeerGroupContext,
): ScaleDownDecision {
  const staying = context.pods
    .indexedBy(key)
    .filter((pod) => pod.status.ready && ordinal(pod.metadata.name) < replicas);
  return decideScaleDown({
    desired: replicas,
    current: statefulSetOf(key, context)?.spec.replicas,
    configAgeMs: context.configs.ageOf(key, configHash),
    staying: staying.length,
    informed: staying.filter((pod) => context.reports.reported(pod.metadata.uid ?? '') === configHash).length,
  });
}

/** A StatefulSet's pods are named by it and their number: `web-3`. */
function ordinal(pod: string): number {
  return Number(pod.slice(pod.lastIndexOf('-') + 1));
}
