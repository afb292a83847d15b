import { entryName, MAX_PEM } from '../../../constructs/crds/peer-group/peer-entry.ts';
import type { CompletePeerGroupSpec } from '../../../constructs/crds/peer-group.ts';
import type { NodePeer, ReferencedGroup, RenderInputs } from '../../../constructs/render-inputs.ts';
import type { Cache } from '../../kube/cache.ts';
import type { KubeClient } from '../../kube/client.ts';
import { isNotFound } from '../../kube/errors.ts';
import { keyOf } from '../../kube/object.ts';
import { type Node, zoneOf } from '../../node-resources/node.ts';
import type { PodCache } from '../children/lookups.ts';
import type { Problem } from '../problem.ts';
import { CONFIG_MAPS, type ConfigMap, type PeerGroupObject, type Pod } from '../resources.ts';
import type { GroupCache } from './groups-of.ts';
import type { ReferencedConfigMaps } from './referenced-config-maps.ts';
import type { ReferenceCache } from './references.ts';
import { tryComplete } from './try-complete.ts';

/** The cache of Nodes; undefined when only one namespace is watched. */
interface NodeCache {
  readonly nodes: Pick<Cache<Node>, 'get'> | undefined;
}

export interface GatherInputsContext extends GroupCache, PodCache, NodeCache {
  readonly client: Pick<KubeClient, 'get'>;
  readonly references: Pick<ReferenceCache, 'of'>;
  readonly tls: {
    /** What is known of a namespace's CA. */
    get(namespace: string): { readonly content: { readonly caBundle: string } } | undefined;
  };
  /** ConfigMaps that `acceptCert` references. */
  readonly referenced: Pick<ReferencedConfigMaps, 'follow'>;
}

export interface GatherInputsResult {
  readonly inputs: RenderInputs;
  /** References that do not exist or do not match. */
  readonly problems: readonly Problem[];
}

/** Gathers the inputs of rendering besides the group's own spec. */
export async function gatherInputs(
  group: PeerGroupObject,
  spec: CompletePeerGroupSpec,
  context: GatherInputsContext,
): Promise<GatherInputsResult> {
  const namespace = group.metadata.namespace;
  const problems: Problem[] = [];
  const groups = new Map<string, ReferencedGroup>();
  for (const { group: name } of spec.peers ?? []) {
    if (name === undefined) continue;
    const other = tryReference(`${namespace}/${name}`, context);
    if (other === undefined) problems.push(missingGroup(name));
    else groups.set(name, other);
    if (other?.tls.mode === 'Mutual' && spec.tls.mode !== 'Mutual') problems.push(needsCertificate(name));
  }
  const { sources, takenServices } = context.references.of(namespace);
  const taken = takenServices.get(group.metadata.name) ?? [];
  if (spec.tls.mode !== 'None') problems.push(...taken.map(nameTaken));
  const inputs: RenderInputs = {
    nodePeers: spec.placement === 'PerNode' ? nodePeers(keyOf(group), context) : [],
    groups,
    sources: sources.get(group.metadata.name) ?? [],
    takenServices: taken,
    caBundle: context.tls.get(namespace)?.content.caBundle,
    acceptCerts: await acceptCerts(keyOf(group), namespace, spec, problems, context),
  };
  return { inputs, problems };
}

/** The peers of a group with placement PerNode: one per node, sorted by name. */
export function nodePeers(key: string, { pods, nodes }: PodCache & NodeCache): NodePeer[] {
  const byNode = new Map<string, Pod>();
  for (const pod of pods.indexedBy(key)) {
    const { nodeName } = pod.spec;
    if (nodeName === undefined || pod.status.podIP === undefined || pod.metadata.deletionTimestamp !== undefined)
      continue;
    const known = byNode.get(nodeName);
    if (known === undefined || isOlder(known, pod)) byNode.set(nodeName, pod);
  }
  return [...byNode]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, pod]) => {
      const node = nodes?.get(name);
      return { node: name, address: pod.status.podIP!, zone: node && zoneOf(node) };
    });
}

function isOlder(a: Pod, b: Pod): boolean {
  return (a.metadata.creationTimestamp ?? '') < (b.metadata.creationTimestamp ?? '');
}

function tryReference(key: string, context: GatherInputsContext): ReferencedGroup | undefined {
  const other = context.groups.get(key);
  if (other === undefined || other.metadata.deletionTimestamp !== undefined) return undefined;
  const spec = tryComplete(other);
  if (spec === undefined) return undefined;
  const { placement, replicas, tls } = spec;
  return { placement, replicas, tls, nodePeers: placement === 'PerNode' ? nodePeers(key, context) : [] };
}

async function acceptCerts(
  group: string,
  namespace: string,
  { peers = [] }: CompletePeerGroupSpec,
  problems: Problem[],
  { client, referenced }: Pick<GatherInputsContext, 'client' | 'referenced'>,
): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  const versions = new Map<string, string | undefined>();
  // Many entries may reference the same ConfigMap of a megabyte.
  const keys = new Map<string, Set<string>>();
  for (const { acceptCert } of peers) {
    const { name, key } = acceptCert?.configMapKeyRef ?? {};
    if (name !== undefined && key !== undefined) keys.set(name, (keys.get(name) ?? new Set()).add(key));
  }
  const texts = new Map<string, string>();
  for (const [name, wanted] of keys) {
    const configMap = await tryRead(client, { namespace, name });
    versions.set(`${namespace}/${name}`, configMap?.metadata.resourceVersion);
    for (const key of wanted) {
      const text = configMap?.data?.[key];
      if (text !== undefined) texts.set(`${name}/${key}`, text.slice(0, MAX_PEM + 1));
    }
  }
  for (const entry of peers) {
    const reference = entry.acceptCert?.configMapKeyRef;
    if (reference === undefined) continue;
    const { name, key } = reference;
    const pem = texts.get(`${name}/${key}`);
    const where = `the certificate for peer ${entryName(entry)} (key ${key} of ConfigMap ${name})`;
    if (pem === undefined) problems.push({ reason: 'CertificateMissing', message: `${where} does not exist` });
    else if (pem.length > MAX_PEM)
      problems.push({ reason: 'CertificateTooLarge', message: `${where} has more than ${MAX_PEM} characters` });
    else if (pem.includes('PRIVATE KEY'))
      problems.push({
        reason: 'PrivateKeyRefused',
        message: `${where} contains a private key: use only the certificate`,
      });
    else found.set(entryName(entry), pem);
  }
  referenced.follow(group, versions);
  return found;
}

/** @returns undefined when it does not exist */
export async function tryRead(
  client: GatherInputsContext['client'],
  target: { readonly namespace: string; readonly name: string },
): Promise<ConfigMap | undefined> {
  try {
    return await client.get<ConfigMap>(CONFIG_MAPS, target);
  } catch (error) {
    if (!isNotFound(error)) throw error;
    return undefined;
  }
}

function missingGroup(name: string): Problem {
  return { reason: 'NoSuchGroup', message: `peers references PeerGroup ${name}, which does not exist` };
}

function nameTaken(service: string): Problem {
  const message = `the name ${service} is used by an older PeerGroup in this namespace, so the certificate of this PeerGroup is not valid for it: rename this PeerGroup`;
  return { reason: 'NameConflict', message };
}

function needsCertificate(name: string): Problem {
  const message = `peers references PeerGroup ${name}, which requires client certificates: set tls.mode to Mutual`;
  return { reason: 'CertificateNeeded', message };
}
