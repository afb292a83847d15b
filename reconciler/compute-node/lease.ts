import type { KubeObject } from '../kube/object.ts';
import { identity } from '../kube/prune.ts';

/** Where kubelets keep their Leases, one a node by its name. */
export const LEASE_NAMESPACE = 'kube-node-lease';

/** The part of a Lease that is kept in the cache. */
export interface Lease extends KubeObject {
  readonly renewTime: string;
}

export function pruneLease(object: KubeObject): Lease {
  const { apiVersion, kind, metadata, spec } = object as KubeObject & { spec?: { renewTime?: string } };
  return { apiVersion, kind, metadata: identity(metadata), renewTime: spec?.renewTime ?? '' };
}
