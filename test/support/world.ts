import { KubeConfig } from '@kubernetes/client-node';
import { COMPUTE_JOBS } from '../../reconciler/compute-job/resource/compute-job-object.ts';
import { COMPUTE_NODES } from '../../reconciler/compute-node/compute-node-object.ts';
import { KubeClient } from '../../reconciler/kube/client.ts';
import { ENDPOINT_SLICES, NODES, PODS } from '../../reconciler/kube/core-types.ts';
import { Credentials } from '../../reconciler/kube/credentials.ts';
import { isNotFound } from '../../reconciler/kube/errors.ts';
import { LEASES } from '../../reconciler/kube/leader/lease-record.ts';
import type { ApplyConfiguration, KubeObject } from '../../reconciler/kube/object.ts';
import { apiVersionOf, type ResourceType } from '../../reconciler/kube/resource-type.ts';
import { Transport } from '../../reconciler/kube/transport.ts';
import {
  CHILD_TYPES,
  OPTIONAL_CHILD_TYPES,
  PEER_GROUPS,
  type PeerGroupObject,
  SECRETS,
} from '../../reconciler/peer-group/resources.ts';
import type { Condition } from '../../reconciler/runtime/conditions.ts';
import type { ControlPlane } from '../cluster/index.ts';

/** Any object; tests look into it as they need. */
// biome-ignore lint/suspicious/noExplicitAny: what is asserted about an object is the assertion's business
export type AnyObject = KubeObject & Readonly<Record<string, any>>;

const MANAGER = 'test';

/** The cluster as its administrator sees and changes it. Faster than a kubectl per look. */
export interface World {
  readonly client: KubeClient;
  readonly get: (kind: string, namespace: string, name: string) => Promise<AnyObject | undefined>;
  readonly list: (kind: string, namespace?: string) => Promise<AnyObject[]>;
  readonly create: (object: ApplyConfiguration) => Promise<AnyObject>;
  readonly patch: (kind: string, namespace: string, name: string, patch: object) => Promise<AnyObject>;
  readonly delete: (kind: string, namespace: string, name: string) => Promise<void>;
  readonly close: () => Promise<void>;
}

const TYPES: ReadonlyMap<string, ResourceType> = new Map(
  [
    ...CHILD_TYPES,
    ...OPTIONAL_CHILD_TYPES,
    SECRETS,
    NODES,
    PEER_GROUPS,
    PODS,
    COMPUTE_JOBS,
    COMPUTE_NODES,
    LEASES,
    ENDPOINT_SLICES,
    { group: 'batch', version: 'v1', kind: 'Job', plural: 'jobs', namespaced: true },
    { group: '', version: 'v1', kind: 'ResourceQuota', plural: 'resourcequotas', namespaced: true },
    { group: '', version: 'v1', kind: 'LimitRange', plural: 'limitranges', namespaced: true },
    { group: 'events.k8s.io', version: 'v1', kind: 'Event', plural: 'events', namespaced: true },
  ].map((type) => [type.kind, type]),
);

/** Opens the cluster with every right. */
export function openWorld({ kubeconfig }: Pick<ControlPlane, 'kubeconfig'>): World {
  const load = () => {
    const config = new KubeConfig();
    config.loadFromFile(kubeconfig);
    return config;
  };
  const transport = new Transport({
    credentials: new Credentials(load, () => performance.now()),
    maxInFlight: 16,
    userAgent: 'rollcall-test',
    onResponse: () => {},
  });
  const client = new KubeClient(transport);
  return {
    client,
    get: (kind, namespace, name) =>
      client.get<AnyObject>(typeOf(kind), { namespace, name }).catch((error) => {
        if (isNotFound(error)) return undefined;
        throw error;
      }),
    list: async (kind, namespace) => {
      const page = await client.list(typeOf(kind), namespace === undefined ? {} : { namespace });
      return [...page.items] as AnyObject[];
    },
    create: (object) => client.create<AnyObject>(typeOf(object.kind), object, MANAGER),
    patch: (kind, namespace, name, patch) =>
      client.mergePatch<AnyObject>(typeOf(kind), { namespace, name }, patch as Record<string, unknown>, MANAGER),
    delete: (kind, namespace, name) => client.delete(typeOf(kind), { namespace, name, uid: undefined }),
    close: () => transport.close(),
  };
}

/** A PeerGroup to create; what isn't given is left to the definition's defaults. */
export function peerGroup(namespace: string, name: string, spec: PeerGroupObject['spec'] = {}): ApplyConfiguration {
  return { apiVersion: apiVersionOf(PEER_GROUPS), kind: PEER_GROUPS.kind, metadata: { namespace, name }, spec };
}

/** A condition of an object, if it has it. */
export function conditionOf(object: AnyObject | undefined, type: string): Condition | undefined {
  return (object?.status?.conditions as Condition[] | undefined)?.find((condition) => condition.type === type);
}

function typeOf(kind: string): ResourceType {
  const type = TYPES.get(kind);
  if (type === undefined) throw new Error(`tests know no kind ${kind}`);
  return type;
}
