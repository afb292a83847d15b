import { contentHash } from '../../constructs/content-hash.ts';
import { CONFIG_KEY } from '../../constructs/names.ts';
import { type RenderContext, renderPeerGroup } from '../../constructs/peer-group.ts';
import type { Rendered } from '../kube/object.ts';
import { withAppliedHash } from '../runtime/plan-children.ts';
import type { ConfigMap, PeerGroupObject, StatefulSet } from './resources.ts';

/** The children of one PeerGroup, in the two halves in which they are applied. */
export interface RenderedGroup {
  /** What the pods need before they start. */
  readonly foundation: readonly Rendered[];
  /** The pods, and what goes by them. */
  readonly workload: readonly Rendered[];
  /** Number of pods that the spec asks for. */
  readonly replicas: number;
  /** Name of the ConfigMap that the pods of this revision mount. */
  readonly configMap: string;
  /** Hash of the config file, as the peers report it. */
  readonly configHash: string;
}

const FOUNDATION: ReadonlySet<string> = new Set(['ServiceAccount', 'ConfigMap', 'Service']);

/**
 * Renders the children with the construct that everybody else uses too.
 *
 * @throws InvalidPeerGroupError for an object that was stored under an older, laxer schema
 */
export function renderGroup(group: PeerGroupObject, context: RenderContext): RenderedGroup {
  const children = (renderPeerGroup(group, context) as readonly Rendered[]).map(withAppliedHash);
  const config = children.find((child) => child.kind === 'ConfigMap') as ConfigMap;
  const statefulSet = children.find((child) => child.kind === 'StatefulSet') as unknown as StatefulSet;
  return {
    foundation: children.filter((child) => FOUNDATION.has(child.kind)),
    workload: children.filter((child) => !FOUNDATION.has(child.kind)),
    replicas: statefulSet.spec.replicas ?? 0,
    configMap: config.metadata.name,
    configHash: contentHash(config.data?.[CONFIG_KEY] ?? ''),
  };
}

/** The same with another number of pods, for as long as the one that the spec asks for has to wait. */
export function withReplicas(rendered: RenderedGroup, replicas: number): RenderedGroup {
  if (replicas === rendered.replicas) return rendered;
  const workload = rendered.workload.map((child) =>
    child.kind === 'StatefulSet' ? withAppliedHash({ ...child, spec: { ...(child.spec as object), replicas } }) : child,
  );
  return { ...rendered, workload };
}
