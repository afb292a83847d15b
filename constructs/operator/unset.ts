import { ApiObject, JsonPatch } from 'cdk8s';
import type { Construct } from 'constructs';

/**
 * Removes fields from the output of a cdk8s-plus construct, which sets some to their zero value. The API server
 * does not store those, so each `kubectl apply` would find a difference.
 *
 * @param paths JSON pointers
 */
export function unset(construct: Construct, ...paths: readonly string[]): void {
  ApiObject.of(construct).addJsonPatch(...paths.map((path) => JsonPatch.remove(path)));
}
