import { MAX_NODE_RESOURCES } from '../../constructs/crds/compute-node.ts';
import { DEFAULTS_FIELD_MANAGER, GROUP_VERSION } from '../../constructs/names.ts';
import { type ApiStatusError, isConflict } from '../kube/errors.ts';
import type { ApplyConfiguration } from '../kube/object.ts';
import { amountOf, quantityOf } from '../kube/quantity.ts';
import type { Amounts } from '../node-resources/amounts.ts';
import { COMPUTE_NODES, type ComputeNode } from './compute-node-object.ts';
import type { ComputeNodeContext } from './context.ts';

/** These come first when a Node has more resources than the schema allows. */
const STANDARD: ReadonlySet<string> = new Set(['cpu', 'memory', 'ephemeral-storage', 'pods']);

/**
 * The defaults for a ComputeNode's spec.resources: everything that its Node can allocate, except what users have set. Undefined: they are
 * set already.
 *
 * @param users resources whose values are known to be set by users
 */
export function resourceDefaults(
  { spec, defaulted }: Pick<ComputeNode, 'spec' | 'defaulted'>,
  allocatable: Amounts,
  users: ReadonlySet<string> = new Set(),
): Record<string, string> | undefined {
  const present = spec.resources ?? {};
  const isDefault = (resource: string) =>
    !users.has(resource) && (!Object.hasOwn(present, resource) || defaulted.includes(resource));
  const theirs = new Set([...users, ...Object.keys(present).filter((resource) => !isDefault(resource))]);
  const offered = Object.keys(allocatable)
    .filter((resource) => allocatable[resource]! > 0 && isDefault(resource))
    .sort(standardFirst)
    .slice(0, Math.max(0, MAX_NODE_RESOURCES - theirs.size));
  const settled =
    offered.length === defaulted.length &&
    offered.every(
      (resource) =>
        Object.hasOwn(present, resource) && amountOf(resource, present[resource]!) === allocatable[resource],
    );
  if (settled) return undefined;
  return Object.fromEntries(offered.map((resource) => [resource, quantityOf(resource, allocatable[resource]!)]));
}

function standardFirst(a: string, b: string): number {
  return Number(STANDARD.has(b)) - Number(STANDARD.has(a)) || (a < b ? -1 : 1);
}

/**
 * Sets the defaults of spec.resources with a separate field manager and without force: users keep the values that they set, and all
 * others follow the Node.
 */
export async function applyResourceDefaults(
  computeNode: ComputeNode,
  allocatable: Amounts,
  { client, computeNodes }: Pick<ComputeNodeContext, 'client' | 'computeNodes'>,
): Promise<void> {
  const { name, uid } = computeNode.metadata;
  const users = new Set<string>();
  for (;;) {
    const resources = resourceDefaults(computeNode, allocatable, users);
    if (resources === undefined) return;
    const metadata = { name, ...(uid && { uid }) };
    const object: ApplyConfiguration = {
      apiVersion: GROUP_VERSION,
      kind: COMPUTE_NODES.kind,
      metadata,
      // An empty map would be applied as null.
      ...(Object.keys(resources).length > 0 && { spec: { resources } }),
    };
    const options = { fieldManager: DEFAULTS_FIELD_MANAGER, force: false };
    try {
      await computeNodes.write(name, () => client.apply(COMPUTE_NODES, object, options));
      return;
    } catch (error) {
      const conflicts = isConflict(error) ? conflictingResources(error as ApiStatusError) : [];
      const more = conflicts.filter((resource) => !users.has(resource));
      if (more.length === 0) throw error;
      for (const resource of more) users.add(resource);
    }
  }
}

/** Resources in the API server's list of conflicts: `.spec.resources.cpu`, or in brackets if the name has dots. */
function conflictingResources({ fields }: ApiStatusError): string[] {
  return fields.flatMap((field) => {
    const [, plain, quoted] = /^\.spec\.resources(?:\.(.+)|\["?(.+?)"?\])$/.exec(field) ?? [];
    return plain ?? quoted ?? [];
  });
}
