import { ApiResource, ClusterRoleBinding, Role, RoleBinding, ServiceAccount } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { CaAccess } from './ca-access.ts';
import { LeaseAccess } from './lease-access.ts';
import { NamespaceAccess } from './namespace-access.ts';
import { CLUSTER_PERMISSIONS, PEER_GROUP_PERMISSIONS } from './operator-permissions.ts';
import type { OperatorPartProps } from './part.ts';
import { Permissions } from './permissions.ts';
import { unset } from './unset.ts';

/** Namespace of the Leases that kubelets renew as heartbeats. */
const NODE_LEASES = 'kube-node-lease';

export interface OperatorIdentityProps extends OperatorPartProps {
  /** With these the operator is granted nothing outside of them and its own. Undefined: all namespaces, and nodes. */
  readonly namespaces: readonly string[] | undefined;
}

/** The operator's identity and its permissions. */
export class OperatorIdentity extends Construct {
  readonly serviceAccount: ServiceAccount;

  constructor(scope: Construct, id: string, { namespaces, ...part }: OperatorIdentityProps) {
    super(scope, id);
    const { namespace, name, labels } = part;
    this.serviceAccount = new ServiceAccount(this, 'service-account', { metadata: { name, namespace, labels } });
    const access = { ...part, serviceAccount: this.serviceAccount.name };
    if (namespaces === undefined) this.#grantEverywhere(part);
    for (const target of namespaces ?? []) {
      new NamespaceAccess(this, `in-${target}`, { ...access, target, permissions: PEER_GROUP_PERMISSIONS });
    }
    new LeaseAccess(this, 'lease', { ...access, isAlone: namespaces !== undefined });
    new CaAccess(this, 'authorities', access);
  }

  /** In all namespaces, and where the nodes' Leases are. */
  #grantEverywhere({ name, labels }: OperatorPartProps): void {
    const permissions = [...PEER_GROUP_PERMISSIONS, ...CLUSTER_PERMISSIONS];
    const { role } = new Permissions(this, 'permissions', { name, labels, permissions });
    const binding = new ClusterRoleBinding(this, 'binding', { metadata: { name, labels }, role });
    const leases = new Role(this, 'node-leases', { metadata: { name, namespace: NODE_LEASES, labels } });
    leases.allow(['list', 'watch'], ApiResource.LEASES);
    const leaseBinding = new RoleBinding(this, 'node-leases-binding', {
      metadata: { name, namespace: NODE_LEASES, labels },
      role: leases,
    });
    for (const each of [binding, leaseBinding]) {
      each.addSubjects(this.serviceAccount);
      unset(each, '/subjects/0/apiGroup');
    }
  }
}
