import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import type { OperatorPartProps } from './part.ts';

export interface CaAccessProps extends OperatorPartProps {
  /** Name of the operator's ServiceAccount. */
  readonly serviceAccount: string;
}

/**
 * Access to the Secrets with the CAs of namespaces, which are in the operator's namespace under names that are not known
 * beforehand (`rollcall-ca.<namespace>`): by name only, never listed or watched.
 */
export class CaAccess extends Construct {
  constructor(scope: Construct, id: string, { namespace, name, labels, serviceAccount }: CaAccessProps) {
    super(scope, id);
    const metadata = { name: `${name}-authorities`, namespace, labels };
    new k8s.KubeRole(this, 'role', {
      metadata,
      rules: [{ apiGroups: [''], resources: ['secrets'], verbs: ['get', 'create', 'patch', 'delete'] }],
    });
    new k8s.KubeRoleBinding(this, 'binding', {
      metadata,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: metadata.name },
      subjects: [{ kind: 'ServiceAccount', name: serviceAccount, namespace }],
    });
  }
}
