import { OPERATOR_SELECTOR, selectorText } from '../constructs/labels.ts';
import { OPERATOR_NAME } from '../constructs/names.ts';
import type { KubeClient } from './kube/client.ts';
import { ApiStatusError } from './kube/errors.ts';
import { keyOf } from './kube/object.ts';
import type { ResourceType } from './kube/resource-type.ts';
import type { Transport } from './kube/transport.ts';
import { PEER_GROUPS } from './peer-group/resources.ts';

const SERVICE_ACCOUNTS: ResourceType = {
  group: '',
  version: 'v1',
  kind: 'ServiceAccount',
  plural: 'serviceaccounts',
  namespaced: true,
};
/** ServiceAccounts in one page of their list; each is less than a kilobyte. */
const PAGE_SIZE = 500;
/** Anybody may make such ServiceAccounts, one in each namespace of theirs; so many of all are asked about. */
const MAX_REVIEWS = 100;
/** So many pages are read. */
const MAX_PAGES = 20;

/** An operator that is installed: a ServiceAccount with an operator's labels that may write every PeerGroup's status. */
export interface Installation {
  readonly namespace: string;
  readonly name: string;
  /** RFC 3339. */
  readonly created: string;
}

/** What an operator does beside others. */
export type Standing =
  /** It looks after the cluster; the others, if any, must not. */
  | { readonly type: 'Leads'; readonly others: readonly Installation[] }
  | { readonly type: 'Yields'; readonly to: Installation };

/**
 * Of several operators with permissions in all namespaces the one that was installed first looks after the cluster, whether its
 * pods run or not: the answer changes only when somebody installs or removes one, so nothing goes back and forth. What counts is
 * what the API server grants: no tenant can make another installation up.
 *
 * @param namespace of this operator. If it has no such ServiceAccount, it yields to whoever has.
 */
export function standingOf(namespace: string, installations: readonly Installation[]): Standing {
  const [first, ...rest] = [...installations].sort(byAge);
  if (first === undefined) return { type: 'Leads', others: [] };
  if (first.namespace !== namespace) return { type: 'Yields', to: first };
  return { type: 'Leads', others: rest.filter((other) => other.namespace !== namespace) };
}

function byAge(a: Installation, b: Installation): number {
  const [left, right] = [`${a.created} ${a.namespace}/${a.name}`, `${b.created} ${b.namespace}/${b.name}`];
  return left < right ? -1 : Number(left > right);
}

/** The operators that are installed in the cluster. */
export interface Installations {
  readonly found: readonly Installation[];
  /** Whether there were more accounts of this kind than are looked at, so that not all operators may have been found. */
  readonly isPartial: boolean;
}

/**
 * The operators that are installed in the cluster; none where this one may not ask, as manifests of older versions have it.
 *
 * Only accounts of the operator's own name are candidates: one in each namespace, however many a tenant makes in its own. The one
 * of this operator is asked about first, then the oldest.
 *
 * @param own namespace of this operator
 * @throws KubeError when the API server could not be asked
 */
export async function findInstallations(client: KubeClient, transport: Transport, own: string): Promise<Installations> {
  try {
    const { candidates, isWhole } = await listCandidates(client);
    const rank = ({ namespace }: Installation) => (namespace === own ? 0 : 1);
    const asked = candidates.sort((a, b) => rank(a) - rank(b) || byAge(a, b)).slice(0, MAX_REVIEWS);
    const found = await Promise.all(
      asked.map(async (each) => ((await mayWriteStatuses(transport, each.namespace, each.name)) ? [each] : [])),
    );
    return { found: found.flat(), isPartial: !isWhole || candidates.length > asked.length };
  } catch (error) {
    if (error instanceof ApiStatusError && error.status === 403) return { found: [], isPartial: false };
    throw error;
  }
}

/** All accounts that may be an operator's, in pages. */
async function listCandidates(client: KubeClient): Promise<{ candidates: Installation[]; isWhole: boolean }> {
  const selection = { labelSelector: selectorText(OPERATOR_SELECTOR), name: OPERATOR_NAME, limit: PAGE_SIZE };
  const candidates: Installation[] = [];
  let next: string | undefined;
  for (let pages = 0; pages < MAX_PAGES; pages += 1) {
    const page = await client.list(SERVICE_ACCOUNTS, { ...selection, ...(next !== undefined && { continue: next }) });
    for (const { metadata } of page.items) {
      const { namespace = '', name, creationTimestamp: created = '' } = metadata;
      candidates.push({ namespace, name, created });
    }
    next = page.next;
    if (next === undefined) return { candidates, isWhole: true };
  }
  return { candidates, isWhole: false };
}

/** Asks with a SubjectAccessReview, which changes nothing. */
async function mayWriteStatuses(transport: Transport, namespace: string, name: string): Promise<boolean> {
  const { group, plural: resource } = PEER_GROUPS;
  const body = {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SubjectAccessReview',
    spec: {
      user: `system:serviceaccount:${namespace}:${name}`,
      groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'],
      resourceAttributes: { group, resource, subresource: 'status', verb: 'patch' },
    },
  };
  const path = '/apis/authorization.k8s.io/v1/subjectaccessreviews';
  const answer = await transport.requestJson<{ status?: { allowed?: boolean } }>({
    ...{ method: 'POST', path, body: JSON.stringify(body) },
  });
  return answer.status?.allowed === true;
}

/** `team-a/rollcall`. */
export function describeInstallation({ namespace, name }: Installation): string {
  return keyOf({ metadata: { namespace, name } });
}
