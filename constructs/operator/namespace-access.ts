import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import type { OperatorPartProps } from './part.ts';
import type { Permission } from './permissions.ts';

export interface NamespaceAccessProps extends OperatorPartProps {
  /** Name of the operator's ServiceAccount, in `namespace`. */
  readonly serviceAccount: string;
  /** Where the permissions hold. */
  readonly target: string;
  readonly permissions: readonly Permission[];
}

/** What the operator may do in one namespace. */
export class NamespaceAccess extends Construct {
  constructor(scope: Construct, id: string, props: NamespaceAccessProps) {
    super(scope, id);
    const { namespace, name, labels, serviceAccount, target, permissions } = props;
    const metadata = { name, namespace: target, labels };
    new k8s.KubeRole(this, 'role', {
      metadata,
      rules: permissions.map(({ apiGroup, resourceType, resourceNames, verbs }) => ({
        apiGroups: [apiGroup],
        resources: [resourceType],
        ...(resourceNames && { resourceNames: [...resourceNames] }),
        verbs: [...verbs],
      })),
    });
    new k8s.KubeRoleBinding(this, 'binding', {
      metadata,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name },
      subjects: [{ kind: 'ServiceAccount', name: serviceAccount, namespace }],
    });
  }
}
