import { contentHash } from '../../constructs/content-hash.ts';
import { type CompletePeerGroupSpec, completePeerGroup } from '../../constructs/crds/peer-group.ts';
import { CONFIG_KEY } from '../../constructs/names.ts';
import { otherPeers } from '../../constructs/other-peers.ts';
import { peerConfigFile } from '../../constructs/peer-config.ts';
import { type RenderContext, renderPeerGroup } from '../../constructs/peer-group.ts';
import type { Surroundings } from '../../constructs/surroundings.ts';
import { expandHostlist } from '../../server/config/hostlist.ts';
import { MAX_PEERS } from '../../server/config/schema.ts';
import type { Rendered } from '../kube/object.ts';
import { withAppliedHash } from '../runtime/plan-children.ts';
import { configFault } from './config-fault.ts';
import type { ConfigMap, PeerGroupObject } from './resources.ts';

/** The children of one PeerGroup, in the two halves in which they are applied. */
export interface RenderedGroup {
  readonly spec: CompletePeerGroupSpec;
  /** What the pods need before they start. */
  readonly foundation: readonly Rendered[];
  /** The pods, and what goes by them. */
  readonly workload: readonly Rendered[];
  /** Names of the peers that the group should have. */
  readonly members: readonly string[];
  /** Names of what each of them pings besides. */
  readonly others: readonly string[];
  /** Name of the ConfigMap that the pods of this revision mount. */
  readonly configMap: string;
  /** Hash of the config file, as the peers report it. */
  readonly configHash: string;
  /** Size of what the ConfigMap holds. */
  readonly configBytes: number;
  /** Why no peer server would take the config; undefined: every one takes it. */
  readonly configFault: string | undefined;
  /** Hash of the namespace's CAs, where the ConfigMap carries them. */
  readonly trustHash: string | undefined;
}

const FOUNDATION: ReadonlySet<string> = new Set([
  'ServiceAccount',
  'ConfigMap',
  'Service',
  'NetworkPolicy',
  'Certificate',
]);

/**
 * Renders the children with the construct that everybody else uses too.
 *
 * @throws InvalidPeerGroupError for an object that was stored under an older, laxer schema
 */
export function renderGroup(group: PeerGroupObject, context: RenderContext, surroundings: Surroundings): RenderedGroup {
  const spec = completePeerGroup(group);
  const children = (renderPeerGroup(group, context, surroundings) as readonly Rendered[]).map(withAppliedHash);
  const config = children.find((child) => child.kind === 'ConfigMap') as ConfigMap;
  const { name, namespace } = group.metadata;
  const configProps = { name, namespace, clusterDomain: context.clusterDomain, spec, surroundings };
  const others = otherPeers(configProps);
  const { trust } = surroundings;
  const carriesTrust = trust !== undefined && others.some(({ pem }) => pem === trust);
  return {
    spec,
    foundation: children.filter((child) => FOUNDATION.has(child.kind)),
    workload: children.filter((child) => !FOUNDATION.has(child.kind)),
    members:
      spec.placement === 'PerNode'
        ? surroundings.members.map(({ node }) => node)
        : Array.from({ length: spec.replicas }, (_, i) => `${name}-${i}`),
    others: others.flatMap((other) => other.name ?? namesOf(other.url)),
    configMap: config.metadata.name,
    configHash: contentHash(config.data?.[CONFIG_KEY] ?? ''),
    configBytes: Object.values(config.data ?? {}).reduce((sum, text) => sum + Buffer.byteLength(text), 0),
    configFault: configFault(peerConfigFile(configProps), others),
    trustHash: carriesTrust ? contentHash(trust) : undefined,
  };
}

/** The same with another number of pods, for as long as the one that the spec asks for has to wait. */
export function withReplicas(rendered: RenderedGroup, replicas: number): RenderedGroup {
  if (replicas === rendered.spec.replicas) return rendered;
  const workload = rendered.workload.map((child) =>
    child.kind === 'StatefulSet' ? withAppliedHash({ ...child, spec: { ...(child.spec as object), replicas } }) : child,
  );
  return { ...rendered, workload };
}

/** What the server calls the peers that a URL with a range stands for: the first label of each host. */
function namesOf(url: string): string[] {
  const [, label = ''] = /^https?:\/\/([^.]+)/.exec(url) ?? [];
  return expandHostlist(label, MAX_PEERS);
}
