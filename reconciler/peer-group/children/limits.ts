import { MAX_FULL_MESH } from '../../../constructs/limits.ts';
import { type ApplyConfiguration, keyOf } from '../../kube/object.ts';
import type { Problem } from '../problem.ts';
import { type ChildCaches, childOf } from './lookups.ts';
import type { RenderedGroup } from './render.ts';

/** The API server accepts ConfigMaps of up to 1 MiB; this leaves room for the metadata. */
const MAX_CONFIG_BYTES = 1_000_000;

export interface LimitsContext extends ChildCaches {
  /** Undefined when only one namespace is watched. */
  readonly nodes: object | undefined;
  /** Why children of this kind can't be applied here, as a clause; undefined if they can. */
  readonly absence: (kind: string) => string | undefined;
}

export interface LimitsResult {
  /** Whether a child can be applied here at all. */
  readonly admits: (child: ApplyConfiguration) => boolean;
  readonly problems: readonly Problem[];
}

/** Which parts of a group this cluster or this operator cannot handle. */
export function limitsOf(
  { spec, peerNames, configBytes, configFault, foundation, workload }: RenderedGroup,
  context: LimitsContext,
): LimitsResult {
  const { nodes, absence } = context;
  const problems: Problem[] = [];
  const isTooLarge = configBytes > MAX_CONFIG_BYTES;
  const needsNodes = spec.placement === 'PerNode' && nodes === undefined;
  if (isTooLarge)
    problems.push({
      reason: 'ConfigTooLarge',
      message: `the configuration has ${configBytes} bytes, but a ConfigMap holds at most ${MAX_CONFIG_BYTES}: use fewer or shorter entries in peers, or several groups with a nodeSelector each`,
    });
  if (configFault !== undefined)
    problems.push({ reason: 'ConfigInvalid', message: `peers would reject the configuration: ${configFault}` });
  if (needsNodes)
    problems.push({
      reason: 'NeedsClusterScope',
      message:
        'placement PerNode requires an operator that watches all namespaces; this one watches a single namespace',
    });
  if (spec.topology.type === 'FullMesh' && peerNames.length > MAX_FULL_MESH)
    problems.push({
      reason: 'TooManyNodes',
      message: `a full mesh of ${peerNames.length} nodes has too many links: use topology.type Sampled for more than ${MAX_FULL_MESH} nodes`,
    });
  const noCertManager = foundation.some(({ kind }) => kind === 'Certificate') ? absence('Certificate') : undefined;
  if (noCertManager !== undefined)
    problems.push({
      reason: 'CertManagerMissing',
      message: `tls.issuerRef requires cert-manager's CRD certificates.cert-manager.io: ${noCertManager}`,
    });
  // The previous config is kept; pods of a revision without one could only wait for it.
  const holdsConfig = isTooLarge || configFault !== undefined;
  const lacksConfig = (child: ApplyConfiguration) =>
    child.kind === 'ConfigMap' && childOf(child.kind, keyOf(child), context) === undefined;
  const holdsPods = needsNodes || (holdsConfig && foundation.some(lacksConfig));
  const isWorkload = new Set(workload);
  return {
    admits: (child) =>
      absence(child.kind) === undefined &&
      !(holdsConfig && child.kind === 'ConfigMap') &&
      !(holdsPods && isWorkload.has(child)),
    problems,
  };
}
