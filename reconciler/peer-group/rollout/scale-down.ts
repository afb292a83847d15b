import { type ChildCaches, type PodCache, statefulSetOf } from '../children/lookups.ts';
import type { RenderedGroup } from '../children/render.ts';
import type { ReportSource } from '../report.ts';
import type { Pod } from '../resources.ts';
import { decideScaleDown, type ScaleDownResult } from './decide-scale-down.ts';

export interface ScaleDownContext extends ChildCaches, PodCache, ReportSource {
  readonly configs: {
    /** How long the group with this key has had its current config, in milliseconds. */
    ageOf(key: string): number;
  };
}

/** Number of replicas that the StatefulSet may be given now; see {@link decideScaleDown}. */
export function limitScaleDown(
  key: string,
  { spec: { replicas }, configHash }: RenderedGroup,
  context: ScaleDownContext,
): ScaleDownResult {
  const updated = (pod: Pod) => context.reports.reportOf(pod.metadata.uid ?? '')?.summary.config.hash === configHash;
  const staying = context.pods
    .indexedBy(key)
    .filter((pod) => pod.status.ready && ordinal(pod.metadata.name) < replicas);
  return decideScaleDown({
    desired: replicas,
    current: statefulSetOf(key, context)?.spec.replicas,
    configAgeMs: context.configs.ageOf(key),
    staying: staying.length,
    updated: staying.filter(updated).length,
  });
}

/** Pods of a StatefulSet are named after it with a number: `web-3`. */
function ordinal(pod: string): number {
  return Number(pod.slice(pod.lastIndexOf('-') + 1));
}
