import type { k8s } from 'cdk8s-plus-28';
import { GROUP_VERSION } from './names.ts';

/** A resource that owns what is rendered for it, once it is on an API server and so has a uid. */
interface Owner {
  readonly metadata: { readonly name: string; readonly uid?: string };
}

/** The owner references of a resource's children: with controller, so that its controller finds them by their owner. */
export function ownerReferences(kind: string, { metadata: { name, uid } }: Owner): k8s.OwnerReference[] | undefined {
  return uid === undefined ? undefined : [{ apiVersion: GROUP_VERSION, kind, name, uid, controller: true }];
}
