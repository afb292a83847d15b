import { PEER_GROUP, type PeerGroup } from '../../constructs/crds/peer-group.ts';
import { API_VERSION } from '../../constructs/names.ts';
import { SERVICES } from '../kube/core-types.ts';
import type { KubeObject } from '../kube/object.ts';
import type { ResourceType } from '../kube/resource-type.ts';
import type { StartProblem } from '../stuck-pods/start-problem.ts';
import type { Problem } from './problem.ts';

/** A PeerGroup as the API server has it. */
export type PeerGroupObject = KubeObject &
  PeerGroup & {
    /** Why its spec is not in the cache, where it is empty then. */
    readonly rejected?: Problem;
  };

export const PEER_GROUPS: ResourceType = {
  group: PEER_GROUP.group,
  version: API_VERSION,
  kind: PEER_GROUP.kind,
  plural: PEER_GROUP.plural,
  namespaced: true,
};

export const CONFIG_MAPS: ResourceType = {
  group: '',
  version: 'v1',
  kind: 'ConfigMap',
  plural: 'configmaps',
  namespaced: true,
};

const STATEFUL_SETS: ResourceType = {
  group: 'apps',
  version: 'v1',
  kind: 'StatefulSet',
  plural: 'statefulsets',
  namespaced: true,
};

/** Never listed or watched: read and written by name. */
export const SECRETS: ResourceType = { group: '', version: 'v1', kind: 'Secret', plural: 'secrets', namespaced: true };

/** Kinds of children that every cluster has. */
export const CHILD_TYPES: readonly ResourceType[] = [
  { group: '', version: 'v1', kind: 'ServiceAccount', plural: 'serviceaccounts', namespaced: true },
  CONFIG_MAPS,
  SERVICES,
  STATEFUL_SETS,
  { group: 'apps', version: 'v1', kind: 'DaemonSet', plural: 'daemonsets', namespaced: true },
  { group: 'policy', version: 'v1', kind: 'PodDisruptionBudget', plural: 'poddisruptionbudgets', namespaced: true },
  {
    group: 'autoscaling',
    version: 'v2',
    kind: 'HorizontalPodAutoscaler',
    plural: 'horizontalpodautoscalers',
    namespaced: true,
  },
  { group: 'networking.k8s.io', version: 'v1', kind: 'NetworkPolicy', plural: 'networkpolicies', namespaced: true },
];

const monitoring = { group: 'monitoring.coreos.com', version: 'v1', namespaced: true };

/** Kinds of children whose CRDs may not be installed. */
export const OPTIONAL_CHILD_TYPES: readonly ResourceType[] = [
  { ...monitoring, kind: 'PodMonitor', plural: 'podmonitors' },
  { ...monitoring, kind: 'PrometheusRule', plural: 'prometheusrules' },
  { group: 'cert-manager.io', version: 'v1', kind: 'Certificate', plural: 'certificates', namespaced: true },
];

export interface ConfigMap extends KubeObject {
  readonly data?: Readonly<Record<string, string>>;
  /** When the operator last changed it (RFC 3339, by the API server's clock). */
  readonly appliedAt?: string;
}

/** The part of a StatefulSet that is used. */
export interface StatefulSet extends KubeObject {
  readonly spec: { readonly replicas?: number };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly replicas?: number;
    readonly readyReplicas?: number;
    readonly updatedReplicas?: number;
    readonly currentRevision?: string;
    readonly updateRevision?: string;
  };
}

/** The part of a DaemonSet that is used. */
export interface DaemonSet extends KubeObject {
  readonly status?: {
    readonly observedGeneration?: number;
    readonly desiredNumberScheduled?: number;
    readonly currentNumberScheduled?: number;
    readonly numberReady?: number;
    readonly updatedNumberScheduled?: number;
  };
}

/** The part of a Pod that is kept in the cache. */
export interface Pod extends KubeObject {
  readonly spec: {
    readonly nodeName?: string | undefined;
    /** Names of the ConfigMaps that it mounts. */
    readonly configMaps: readonly string[];
  };
  readonly status: {
    readonly phase?: string | undefined;
    readonly podIP?: string | undefined;
    readonly ready: boolean;
    /** When `ready` last changed (RFC 3339). */
    readonly readySince?: string | undefined;
    /** Whether its container has passed its startup probe. */
    readonly hasBeenReady: boolean;
    /** Whether its container has been restarted. */
    readonly hasRestarted: boolean;
    /** What keeps it from starting. */
    readonly problem?: StartProblem;
  };
}
