import { OPERATOR_SELECTOR, selectorText } from '../constructs/labels.ts';
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
/** Anybody may label ServiceAccounts as an operator's; so many are asked about. */
const MAX_ACCOUNTS = 100;

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

/**
 * The operators that are installed in the cluster; none where this one may not ask, as manifests of older versions have it.
 *
 * @throws KubeError when the API server could not be asked
 */
export async function findInstallations(client: KubeClient, transport: Transport): Promise<Installation[]> {
  try {
    const labelSelector = selectorText(OPERATOR_SELECTOR);
    const { items } = await client.list(SERVICE_ACCOUNTS, { labelSelector, limit: MAX_ACCOUNTS });
    const found = await Promise.all(
      items.map(async ({ metadata: { namespace = '', name, creationTimestamp: created = '' } }) =>
        (await mayWriteStatuses(transport, namespace, name)) ? [{ namespace, name, created }] : [],
      ),
    );
    return found.flat();
  } catch (error) {
    if (error instanceof ApiStatusError && error.status === 403) return [];
    throw error;
  }
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
