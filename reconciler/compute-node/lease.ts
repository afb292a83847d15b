import type { KubeObject } from '../kube/object.ts';
import { identity } from '../kube/transform.ts';

/** Namespace of the kubelets' Leases, which have the names of their Nodes. */
export const LEASE_NAMESPACE = 'kube-node-lease';

/** The part of a Lease that is cached. */
export interface Lease extends KubeObject {
  readonly renewTime: string;
}

export function transformLease(object: KubeObject): Lease {
  const { apiVersion, kind, metadata, spec } = object as KubeObject & { spec?: { renewTime?: string } };
  return { apiVersion, kind, metadata: identity(metadata), renewTime: spec?.renewTime ?? '' };
}
