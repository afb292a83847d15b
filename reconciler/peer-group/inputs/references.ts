import { LABEL_TLS } from '../../../constructs/names.ts';
import { keyOf } from '../../kube/object.ts';
import type { PodCache } from '../children/lookups.ts';
import type { PeerGroupObject } from '../resources.ts';
import { type GroupCache, groupsOf } from './groups-of.ts';
import { takenServices } from './taken-services.ts';

/** A group that has a leaf in `rollcall-tls`. */
export interface TlsOwner {
  readonly name: string;
  readonly uid: string;
  /** Names of Services that belong to another group. */
  readonly takenServices?: readonly string[];
}

/** References between the groups of a namespace. */
export interface References {
  /** By the name of a group: names of the groups that reference it in their `peers`, sorted. */
  readonly sources: ReadonlyMap<string, readonly string[]>;
  /** Groups with a certificate from the operator: those that ask for one, and those whose pods still use one. Sorted by name. */
  readonly leafOwners: readonly TlsOwner[];
  /** See {@link takenServices}. */
  readonly takenServices: ReadonlyMap<string, readonly string[]>;
}

/**
 * Caches the references in each namespace until a group changes: otherwise each reconcile would visit all groups, which is quadratic
 * for a namespace with thousands of them.
 */
export class ReferenceCache {
  readonly #find: (namespace: string) => References;
  readonly #known = new Map<string, References>();

  constructor(find: (namespace: string) => References) {
    this.#find = find;
  }

  of(namespace: string): References {
    const references = this.#known.get(namespace) ?? this.#find(namespace);
    this.#known.set(namespace, references);
    return references;
  }

  /** Called when a group of the namespace, or a pod with a certificate, was created, changed or deleted. */
  forget(namespace: string): void {
    this.#known.delete(namespace);
  }
}

/** Names of the groups in a group's `peers`. */
export function referencedGroups({ peers = [] }: PeerGroupObject['spec']): Set<string> {
  return new Set(peers.flatMap(({ group }) => group ?? []));
}

export function findReferences(namespace: string, context: GroupCache & PodCache): References {
  const groups = groupsOf(namespace, context).sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
  const sources = new Map<string, string[]>();
  for (const { metadata, spec } of groups) {
    for (const target of referencedGroups(spec)) sources.set(target, [...(sources.get(target) ?? []), metadata.name]);
  }
  const taken = takenServices(groups);
  const leafOwners = groups
    .filter((group) => hasOwnLeaf(group, context))
    .map(({ metadata: { name, uid = '' } }) => ({ name, uid, takenServices: taken.get(name) ?? [] }));
  return { sources, leafOwners, takenServices: taken };
}

function hasOwnLeaf(group: PeerGroupObject, { pods }: PodCache): boolean {
  const { mode = 'None', issuerRef } = group.spec.tls ?? {};
  if (issuerRef !== undefined) return false;
  if (mode !== 'None') return true;
  return pods.indexedBy(keyOf(group)).some(({ metadata }) => metadata.labels?.[LABEL_TLS] !== undefined);
}
