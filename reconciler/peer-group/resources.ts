import { PEER_GROUP, type PeerGroup } from '../../constructs/crds/peer-group.ts';
import { API_VERSION } from '../../constructs/names.ts';
import type { KubeObject } from '../kube/object.ts';
import type { ResourceType } from '../kube/resource-type.ts';

/** A PeerGroup as the API server has it. */
export type PeerGroupObject = KubeObject & PeerGroup;

export const PEER_GROUPS: ResourceType = {
  group: PEER_GROUP.group,
  version: API_VERSION,
  kind: PEER_GROUP.kind,
  plural: PEER_GROUP.plural,
  namespaced: true,
};

export const PODS: ResourceType = { group: '', version: 'v1', kind: 'Pod', plural: 'pods', namespaced: true };

const CONFIG_MAPS: ResourceType = {
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

/** Every kind of object that a PeerGroup may own. */
export const CHILD_TYPES: readonly ResourceType[] = [
  { group: '', version: 'v1', kind: 'ServiceAccount', plural: 'serviceaccounts', namespaced: true },
  CONFIG_MAPS,
  { group: '', version: 'v1', kind: 'Service', plural: 'services', namespaced: true },
  STATEFUL_SETS,
  { group: 'policy', version: 'v1', kind: 'PodDisruptionBudget', plural: 'poddisruptionbudgets', namespaced: true },
];

export interface ConfigMap extends KubeObject {
  readonly data?: Readonly<Record<string, string>>;
  /** When our last apply changed it (RFC 3339, by the API server's clock). */
  readonly appliedAt?: string;
}

/** The part of a StatefulSet that we act on. */
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
  };
}
