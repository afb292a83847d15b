import { CORDON, type Taint } from '../compute-job/eligibility.ts';
import type { KubeObject } from '../kube/object.ts';
import type { ResourceType } from '../kube/resource-type.ts';
import { type Amounts, amountsOf } from './amounts.ts';
import type { Quantity } from './quantity.ts';

export const NODES: ResourceType = { group: '', version: 'v1', kind: 'Node', plural: 'nodes', namespaced: false };

export const LEASES: ResourceType = {
  group: 'coordination.k8s.io',
  version: 'v1',
  kind: 'Lease',
  plural: 'leases',
  namespaced: true,
};

/** Where kubelets keep their Leases, one a node by its name. */
export const LEASE_NAMESPACE = 'kube-node-lease';

/** The part of a Node that is kept in the cache: kubelets send much more, and some of it every few seconds. */
export interface Node extends KubeObject {
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly Taint[];
  readonly allocatable: Amounts;
  readonly ready: { readonly status: string; readonly since: number; readonly message?: string };
}

interface SentNode extends KubeObject {
  readonly spec?: { readonly unschedulable?: boolean; readonly taints?: readonly Taint[] };
  readonly status?: {
    readonly allocatable?: Readonly<Record<string, Quantity>>;
    readonly conditions?: readonly {
      readonly type: string;
      readonly status: string;
      readonly lastTransitionTime?: string;
      readonly message?: string;
    }[];
  };
}

export function pruneNode(object: KubeObject): Node {
  const { apiVersion, kind, metadata, spec, status } = object as SentNode;
  const { name, uid, resourceVersion, labels = {} } = metadata;
  const ready = status?.conditions?.find(({ type }) => type === 'Ready');
  const taints = (spec?.taints ?? []).map(({ key, value, effect }) => ({ key, effect, ...(value && { value }) }));
  const cordoned = spec?.unschedulable && !taints.some(({ key }) => key === CORDON.key);
  return {
    apiVersion,
    kind,
    metadata: { name, ...(uid && { uid }), ...(resourceVersion && { resourceVersion }) },
    labels,
    taints: cordoned ? [...taints, CORDON] : taints,
    allocatable: amountsOf(status?.allocatable),
    ready: {
      status: ready?.status ?? 'Unknown',
      since: Date.parse(ready?.lastTransitionTime ?? ''),
      ...(ready?.message && { message: ready.message }),
    },
  };
}

/** The part of a Lease that is kept in the cache. */
export interface Lease extends KubeObject {
  readonly renewTime: string;
}

export function pruneLease(object: KubeObject): Lease {
  const { apiVersion, kind, metadata, spec } = object as KubeObject & { spec?: { renewTime?: string } };
  const { name, namespace, uid, resourceVersion } = metadata;
  return {
    apiVersion,
    kind,
    metadata: {
      name,
      ...(namespace && { namespace }),
      ...(uid && { uid }),
      ...(resourceVersion && { resourceVersion }),
    },
    renewTime: spec?.renewTime ?? '',
  };
}
