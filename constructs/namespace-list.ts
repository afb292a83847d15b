/** Each is watched by a dozen streams of its own. */
const MAX_NAMESPACES = 100;
/** A DNS label (RFC 1123), as the API server wants it. */
const NAMESPACE = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

/** The namespaces that an operator is limited to, each once; undefined: all. Or what is wrong with the text: a predicate. */
export type NamespaceList = { readonly namespaces: readonly string[] | undefined } | { readonly fault: string };

/** Reads `team-a, team-b`, for the operator's flag and for its manifests alike: neither may know other namespaces than the other. */
export function parseNamespaceList(text: string): NamespaceList {
  const given = text.split(',').map((name) => name.trim());
  const namespaces = [...new Set(given)].filter((name) => name !== '');
  const bad = namespaces.find((name) => !NAMESPACE.test(name));
  if (bad !== undefined) return { fault: `must be the name of a namespace, not "${bad}"` };
  if (namespaces.length > MAX_NAMESPACES) return { fault: `names more than ${MAX_NAMESPACES} namespaces` };
  return { namespaces: namespaces.length === 0 ? undefined : namespaces };
}
