import { COMPUTE_NODE, type ComputeNode as Resource } from '../../constructs/crds/compute-node.ts';
import { API_VERSION, DEFAULTS_FIELD_MANAGER } from '../../constructs/names.ts';
import type { KubeObject } from '../kube/object.ts';
import type { ResourceType } from '../kube/resource-type.ts';
import { stripManagedFields } from '../kube/transform.ts';

export const COMPUTE_NODES: ResourceType = {
  group: COMPUTE_NODE.group,
  version: API_VERSION,
  kind: COMPUTE_NODE.kind,
  plural: COMPUTE_NODE.plural,
  namespaced: false,
};

/** A ComputeNode as it is cached. */
export interface ComputeNode extends KubeObject {
  readonly spec: Resource['spec'];
  readonly status?: Resource['status'];
  /** Resources in spec.resources that the operator has set and nobody has changed since. */
  readonly defaulted: readonly string[];
}

export function transformComputeNode(object: KubeObject): ComputeNode {
  const { spec = {} } = object as { spec?: Resource['spec'] } & KubeObject;
  const ours = object.metadata.managedFields?.find(({ manager }) => manager === DEFAULTS_FIELD_MANAGER)?.fieldsV1;
  const resources = ours?.['f:spec']?.['f:resources'] ?? {};
  const defaulted = Object.keys(resources).filter((field) => field.startsWith('f:'));
  return { ...stripManagedFields(object), spec, defaulted: defaulted.map((field) => field.slice('f:'.length)).sort() };
}
