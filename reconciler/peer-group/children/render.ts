import { peerName } from '../../../constructs/addresses.ts';
import { contentHash } from '../../../constructs/content-hash.ts';
import { type CompletePeerGroupSpec, completePeerGroup } from '../../../constructs/crds/peer-group.ts';
import { externalTargets, type MissingTarget, missingTargets } from '../../../constructs/external-targets.ts';
import { CONFIG_KEY } from '../../../constructs/names.ts';
import { peerConfigFile } from '../../../constructs/peer-config.ts';
import { type RenderContext, renderPeerGroup } from '../../../constructs/peer-group.ts';
import type { RenderInputs } from '../../../constructs/render-inputs.ts';
import type { ApplyConfiguration } from '../../kube/object.ts';
import { withAppliedHash } from '../../runtime/plan-children.ts';
import type { ConfigMap, PeerGroupObject } from '../resources.ts';
import { readPeerConfig } from './read-peer-config.ts';

/** The children of one PeerGroup, in the two halves in which they are applied. */
export interface RenderedGroup {
  readonly spec: CompletePeerGroupSpec;
  /** What the pods need before they start. */
  readonly foundation: readonly ApplyConfiguration[];
  /** The pods, and objects that refer to them. */
  readonly workload: readonly ApplyConfiguration[];
  /** Names of the peers that the group should have. */
  readonly peerNames: readonly string[];
  /** Zones of peers in the config; placement PerNode only. */
  readonly zones: ReadonlyMap<string, string>;
  /** Names of the external targets of each peer, as in its reports. */
  readonly externalTargets: readonly string[];
  /** Targets in `peers` that the config cannot contain. */
  readonly missingTargets: readonly MissingTarget[];
  /** Name of the ConfigMap that the pods of this revision mount. */
  readonly configMap: string;
  /** Hash of the config file, as the peers report it. */
  readonly configHash: string;
  /** Size of the ConfigMap's data, in bytes. */
  readonly configBytes: number;
  /** Why peer servers would reject the config; undefined if they accept it. */
  readonly configFault: string | undefined;
  /** Hash of the namespace's CA bundle, if the ConfigMap contains it. */
  readonly caBundleHash: string | undefined;
}

const FOUNDATION: ReadonlySet<string> = new Set([
  'ServiceAccount',
  'ConfigMap',
  'Service',
  'NetworkPolicy',
  'Certificate',
]);

/**
 * Renders the children with the same construct as `main.ts` and users.
 *
 * @throws InvalidPeerGroupError for an object that was stored under an older, less strict schema
 */
export function renderGroup(group: PeerGroupObject, context: RenderContext, inputs: RenderInputs): RenderedGroup {
  const spec = completePeerGroup(group);
  const children = (renderPeerGroup(group, context, inputs) as readonly ApplyConfiguration[]).map(withAppliedHash);
  const config = children.find((child) => child.kind === 'ConfigMap') as ConfigMap;
  const { name, namespace } = group.metadata;
  const configProps = { name, namespace, clusterDomain: context.clusterDomain, spec, inputs };
  const others = externalTargets(configProps);
  const reading = readPeerConfig(peerConfigFile(configProps), others);
  const { caBundle: trust } = inputs;
  const carriesTrust = trust !== undefined && others.some(({ pem }) => pem === trust);
  return {
    spec,
    foundation: children.filter((child) => FOUNDATION.has(child.kind)),
    workload: children.filter((child) => !FOUNDATION.has(child.kind)),
    peerNames:
      spec.placement === 'PerNode'
        ? inputs.nodePeers.map(({ node }) => node)
        : Array.from({ length: spec.replicas }, (_, i) => peerName(name, i)),
    zones: new Map(inputs.nodePeers.flatMap(({ node, zone }) => (zone === undefined ? [] : [[node, zone]]))),
    externalTargets: reading.peers.filter(({ kind }) => kind === 'external').map((peer) => peer.name),
    missingTargets: [...missingTargets(configProps), ...rejected(reading.fault)],
    configMap: config.metadata.name,
    configHash: contentHash(config.data?.[CONFIG_KEY] ?? ''),
    configBytes: Object.values(config.data ?? {}).reduce((sum, text) => sum + Buffer.byteLength(text), 0),
    configFault: reading.fault,
    caBundleHash: carriesTrust ? contentHash(trust) : undefined,
  };
}

/** The same with another number of pods, while the one in the spec has to wait. */
export function withReplicas(rendered: RenderedGroup, replicas: number): RenderedGroup {
  if (replicas === rendered.spec.replicas) return rendered;
  const workload = rendered.workload.map((child) =>
    child.kind === 'StatefulSet' ? withAppliedHash({ ...child, spec: { ...(child.spec as object), replicas } }) : child,
  );
  return { ...rendered, workload };
}

function rejected(fault: string | undefined): MissingTarget[] {
  return fault === undefined ? [] : [{ name: '', message: `peers would reject the configuration: ${fault}`, links: 0 }];
}
