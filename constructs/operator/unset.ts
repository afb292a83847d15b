import { ApiObject, JsonPatch } from 'cdk8s';
import type { Construct } from 'constructs';

/**
 * Leaves fields out of what a cdk8s-plus construct synthesises. It writes some at their zero value, which the API server
 * doesn't keep, so that every further `kubectl apply` would find a change.
 *
 * @param paths JSON pointers
 */
export function unset(construct: Construct, ...paths: readonly string[]): void {
  ApiObject.of(construct).addJsonPatch(...paths.map((path) => JsonPatch.remove(path)));
}
