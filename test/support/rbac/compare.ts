import type { Grant } from './grants.ts';
import type { Use, UsedObject } from './uses.ts';

/** A grant that is right although its use in the tests doesn't show it. */
export interface GrantException {
  readonly apiGroup: string;
  readonly resource: string;
  readonly verb: string;
  readonly reason: string;
  /** Whether some runs use it: then it isn't told when it is not needed. */
  readonly isOccasional?: boolean;
}

/** Verbs of collections, which have no names to be granted by. `create` with a POST has none either. */
const WITHOUT_NAME: ReadonlySet<string> = new Set(['list', 'watch', 'deletecollection', 'create']);
/** In so many namespaces the same name is no coincidence. */
const NAMESPACES_OF_A_NAME = 3;

/**
 * Compares what is granted with what was used.
 *
 * @param own namespaces that are no tenant's: a grant for all namespaces whose use is in one of them only is too broad
 * @returns a sentence for each grant that is not used, or used for less than it grants, and for each exception that none needs
 */
export function compareGrants(
  grants: readonly Grant[],
  uses: readonly Use[],
  own: ReadonlySet<string>,
  exceptions: readonly GrantException[] = [],
): string[] {
  const needed = new Set<GrantException>();
  const findings = grants.flatMap((grant) => {
    const fault = faultOf(grant, grants, uses, own);
    if (fault === undefined) return [];
    const exception = exceptions.find((each) => isSame(each, grant));
    if (exception === undefined) return [`${describe(grant)}: ${fault}`];
    needed.add(exception);
    return [];
  });
  const stale = exceptions.filter((each) => !needed.has(each) && !each.isOccasional);
  return [...findings, ...stale.map((each) => `${describe(each)}: the exception is not needed any more`)];
}

function faultOf(grant: Grant, grants: readonly Grant[], uses: readonly Use[], own: ReadonlySet<string>) {
  if ([grant.apiGroup, grant.resource, grant.verb].includes('*')) return 'grants whatever there will be';
  const used = (uses.find((use) => isSame(use, grant))?.objects ?? []).filter((object) => covers(grant, object));
  if (used.length === 0) return 'granted, never used';
  const others = grants.filter((other) => other !== grant && isSame(other, grant));
  if (used.every((object) => others.some((other) => covers(other, object)))) {
    return `every use is granted by ${[...new Set(others.map(({ role }) => role))].join(', ')} too`;
  }
  const namespaces = new Set(used.map(({ namespace }) => namespace));
  const [namespace] = namespaces;
  if (grant.namespace === undefined && namespaces.size === 1 && own.has(namespace!)) {
    return `granted in all namespaces, used in ${namespace} only`;
  }
  const names = new Set(used.map(({ name }) => name));
  const isOfOneName = names.size === 1 && namespaces.size >= NAMESPACES_OF_A_NAME;
  if (grant.names === undefined && isOfOneName && !WITHOUT_NAME.has(grant.verb)) {
    return `granted for any name, used for ${[...names][0]} only`;
  }
  return undefined;
}

function isSame(a: Pick<Grant, 'apiGroup' | 'resource' | 'verb'>, b: Pick<Grant, 'apiGroup' | 'resource' | 'verb'>) {
  return a.apiGroup === b.apiGroup && a.resource === b.resource && a.verb === b.verb;
}

function covers({ namespace, names }: Grant, object: UsedObject): boolean {
  if (namespace !== undefined && namespace !== object.namespace) return false;
  return names === undefined || names.includes(object.name);
}

/** `role rollcall: patch apps/statefulsets`. */
function describe({
  apiGroup,
  resource,
  verb,
  ...rest
}: Pick<Grant, 'apiGroup' | 'resource' | 'verb'> & { role?: string }) {
  return `${rest.role === undefined ? 'exception' : `role ${rest.role}`}: ${verb} ${apiGroup ? `${apiGroup}/` : ''}${resource}`;
}
