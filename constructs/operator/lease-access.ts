import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { LEASE_NAME } from '../names.ts';
import type { OperatorPartProps } from './part.ts';

export interface LeaseAccessProps extends OperatorPartProps {
  /** Name of the operator's ServiceAccount. */
  readonly serviceAccount: string;
  /** Whether nothing else grants the operator what it needs in its own namespace. */
  readonly isAlone: boolean;
}

/** To record a new leader, and to wait for pods of versions without leader election. */
const BESIDE_THE_LEASE = [
  { apiGroups: ['events.k8s.io'], resources: ['events'], verbs: ['create', 'patch'] },
  { apiGroups: [''], resources: ['pods'], verbs: ['list'] },
];

/** Access to the Lease by which the operator's pods elect a leader, and to no other: server-side apply obeys names on create too. */
export class LeaseAccess extends Construct {
  constructor(scope: Construct, id: string, { namespace, name, labels, serviceAccount, isAlone }: LeaseAccessProps) {
    super(scope, id);
    const metadata = { name: `${name}-leader-election`, namespace, labels };
    new k8s.KubeRole(this, 'role', {
      metadata,
      rules: [
        {
          apiGroups: ['coordination.k8s.io'],
          resources: ['leases'],
          resourceNames: [LEASE_NAME],
          verbs: ['get', 'create', 'patch'],
        },
        ...(isAlone ? BESIDE_THE_LEASE : []),
      ],
    });
    new k8s.KubeRoleBinding(this, 'binding', {
      metadata,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: metadata.name },
      subjects: [{ kind: 'ServiceAccount', name: serviceAccount, namespace }],
    });
  }
}
