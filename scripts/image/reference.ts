/**
 * The reference as container runtimes store it: Docker's rule puts `docker.io/library/` before a bare name, and the kubelet
 * looks for exactly that. An image that was imported as `localhost/rollcall` isn't found as `rollcall`.
 *
 * @see https://pkg.go.dev/github.com/distribution/reference#ParseNormalizedNamed
 */
export function fullReference(reference: string): string {
  const slash = reference.indexOf('/');
  if (slash < 0) return `docker.io/library/${reference}`;
  const registry = reference.slice(0, slash);
  const namesRegistry = registry.includes('.') || registry.includes(':') || registry === 'localhost';
  return namesRegistry ? reference : `docker.io/${reference}`;
}
