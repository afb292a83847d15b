import { MAX_NODE_RESOURCES } from '../../constructs/crds/compute-node.ts';
import { DEFAULTS_FIELD_MANAGER, GROUP_VERSION } from '../../constructs/names.ts';
import { type ApiStatusError, isConflict } from '../kube/errors.ts';
import type { Rendered } from '../kube/object.ts';
import { amountOf, quantityOf } from '../kube/quantity.ts';
import type { Amounts } from '../node-resources/amounts.ts';
import { COMPUTE_NODES, type ComputeNode } from './compute-node-object.ts';
import type { ComputeNodeContext } from './context.ts';

/** These come first when a Node has more than the schema takes. */
const STANDARD: ReadonlySet<string> = new Set(['cpu', 'memory', 'ephemeral-storage', 'pods']);

/**
 * What we fill in of a ComputeNode's spec.resources: all that its Node can allocate, but for what its user has set.
 * Undefined: it is filled in already.
 *
 * @param users resources whose values are known to be the user's
 */
export function resourceDefaults(
  { spec, defaulted }: Pick<ComputeNode, 'spec' | 'defaulted'>,
  allocatable: Amounts,
  users: ReadonlySet<string> = new Set(),
): Record<string, string> | undefined {
  const present = spec.resources ?? {};
  const isOurs = (resource: string) =>
    !users.has(resource) && (!Object.hasOwn(present, resource) || defaulted.includes(resource));
  const theirs = new Set([...users, ...Object.keys(present).filter((resource) => !isOurs(resource))]);
  const offered = Object.keys(allocatable)
    .filter((resource) => allocatable[resource]! > 0 && isOurs(resource))
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
 * Fills spec.resources in, as a field manager of its own and without force: what a user sets is the user's, and what is left
 * follows the Node.
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
    const object: Rendered = {
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

/** Resources that the API server names as somebody else's: `.spec.resources.cpu`, or in brackets when the name has dots. */
function conflictingResources({ fields }: ApiStatusError): string[] {
  return fields.flatMap((field) => {
    const [, plain, quoted] = /^\.spec\.resources(?:\.(.+)|\["?(.+?)"?\])$/.exec(field) ?? [];
    return plain ?? quoted ?? [];
  });
}
